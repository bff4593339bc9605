namespace Autograd.Layers;

/// <summary>
/// What is generic over states has machine code in the package for those states that it is used with in the library: tensors, and the pair
/// of an LSTM by this method, which nothing calls.
/// </summary>
static class PrecompiledDrivers
{
    public static Tensor OfLstm(Tensor x, RandomKey key) => Recurrent.Over(new LstmCell(1, 1, key)).Forward(x);
}
