/* Which symbols of the shared library programs may use: all others are hidden. */
#ifndef GRAM_EXPORT_H_
#define GRAM_EXPORT_H_

#if defined(__GNUC__)
#define GRAM_API __attribute__((visibility("default")))
#else
#define GRAM_API
#endif

#endif /* GRAM_EXPORT_H_ */
