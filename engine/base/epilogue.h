// What happens to a product on its way out, so that no second pass over it is needed.
#ifndef GRAM_ENGINE_BASE_EPILOGUE_H_
#define GRAM_ENGINE_BASE_EPILOGUE_H_

namespace gram {

/// For the product y and a result `out` of the same shape:
enum class Epilogue {
  kStore,     ///< out = y               (f32)
  kAdd,       ///< out = out + y         (f32: the residual stream)
  kSilu,      ///< out = y * sigmoid(y)  (activation type)
  kGeluTanh,  ///< out = y / 2 * (1 + tanh(sqrt(2 / pi) * (y + 0.044715 y^3)))  (activation type)
  kMultiply,  ///< out = y * other       (activation type)
};

/// Whether results are of activation type; else f32.
constexpr bool GivesActivations(Epilogue epilogue) {
  return epilogue != Epilogue::kStore && epilogue != Epilogue::kAdd;
}

}  // namespace gram

#endif  // GRAM_ENGINE_BASE_EPILOGUE_H_
