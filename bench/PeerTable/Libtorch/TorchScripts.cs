using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch;

namespace Autograd.PeerTable;

/// <summary>Functions in TorchScript, compiled once.</summary>
static class TorchScripts
{
    // What only scripts can call, or what is a loop of many small calls.
    const string Functions = """
        def native_projected(x, h, c, wih, whh, bih, bhh, whr):
            # type: (Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor) -> Tensor
            states = [h.unsqueeze(0), c.unsqueeze(0)]
            return torch.lstm(x, states, [wih, whh, bih, bhh, whr], True, 1, 0.0, True, False, False)[0]

        def lstm_cells(x: Tensor, h: Tensor, c: Tensor, wih: Tensor, whh: Tensor, bih: Tensor, bhh: Tensor):
            ys: List[Tensor] = []
            for step in x.unbind(0):
                h, c = torch.lstm_cell(step, [h, c], wih, whh, bih, bhh)
                ys.append(h)
            return torch.stack(ys)

        def attend(x: Tensor, h: Tensor, keys: Tensor, values: Tensor, wq: Tensor, v: Tensor,
                wih: Tensor, whh: Tensor, bih: Tensor, bhh: Tensor):
            ys: List[Tensor] = []
            for step in x.unbind(0):
                scores = torch.matmul(torch.tanh(keys + torch.matmul(h, wq)), v)
                context = (torch.softmax(scores, 0) * values).sum(0)
                h = torch.gru_cell(torch.cat([step, context], 1), h, wih, whh, bih, bhh)
                ys.append(torch.cat([h, context], 1))
            return torch.stack(ys)

        def echo(drive: Tensor, x: Tensor, w: Tensor):
            xs: List[Tensor] = []
            for u in drive.unbind(0):
                x = torch.tanh(u + torch.matmul(w, x))
                xs.append(x)
            return torch.stack(xs)

        def sparse_rows(w: Tensor):
            return w.to_sparse_csr()

        """;

    static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(
        string.Concat([Functions.ReplaceLineEndings("\n"), .. WrittenCells.All.Values.Select(cell => cell.Script)])));

    public static TorchTensor Call(string name, params object[] arguments) => (TorchTensor)Unit.Value.invoke<TorchTensor>(name, arguments);
}
