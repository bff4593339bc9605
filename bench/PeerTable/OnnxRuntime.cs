using Autograd.Layers;
using Autograd.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Autograd.PeerTable;

/// <summary>ONNX Runtime, which runs this library's networks as they are exported.</summary>
static class OnnxRuntime
{
    public static Side Infer(string kind, Size size, int threads) => new("ONNX Runtime", () =>
    {
        byte[] model = ((Module)Ours.Network(kind, size.Inputs, size.Hidden, size.Layers, threads) switch
        {
            Recurrent<LayerStates<LstmState>> lstm => OnnxModel.Export(lstm, size.Inputs),
            Recurrent<LayerStates<Tensor>> other => OnnxModel.Export(other, size.Inputs),
            _ => throw new InvalidOperationException($"{kind}: there is no such network."),
        }).ToArray();
        var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        var session = new InferenceSession(model, options);
        var x = Ours.Key.Normal([size.Time, size.Batch, size.Inputs]).AsSpan<float>().ToArray();
        var input = new DenseTensor<float>(x, [size.Time, size.Batch, size.Inputs]);
        NamedOnnxValue[] given = [NamedOnnxValue.CreateFromTensor(session.InputNames[0], input)];
        return () => session.Run(given).Dispose();
    });
}
