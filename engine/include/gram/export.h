/* Marks what programs may use of the shared library: it hides all else. */
#ifndef GRAM_EXPORT_H_
#define GRAM_EXPORT_H_

#ifdef __cplusplus
#define GRAM_API [[gnu::visibility("default")]]
#else
#define GRAM_API __attribute__((visibility("default")))
#endif

#endif /* GRAM_EXPORT_H_ */
