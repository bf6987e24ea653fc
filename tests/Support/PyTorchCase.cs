using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Tests;

/// <summary>A small graph that PyTorch wrote, with inputs and the outputs that PyTorch computed: ONNX's own backend tests.</summary>
/// <param name="Name">The folder.</param>
/// <param name="Model">The graph, in operator set 6 mostly.</param>
/// <param name="Inputs">What it is given, in the order of its inputs.</param>
/// <param name="Outputs">What it gives.</param>
internal sealed record PyTorchCase(string Name, OnnxModel Model, IReadOnlyList<TensorProto> Inputs, IReadOnlyList<TensorProto> Outputs)
{
    private const string Data = "test_data_set_0";

    /// <summary>All of them; ends the test as skipped where they are absent.</summary>
    public static IEnumerable<PyTorchCase> All() => Directory.EnumerateDirectories(Shared.Path("data", "onnx-cases", "pytorch-converted"))
        .Order(StringComparer.Ordinal).Select(Read);

    private static PyTorchCase Read(string folder)
    {
        TensorProto[] Tensors(string kind) =>
        [
            .. Directory.EnumerateFiles(Path.Combine(folder, Data), $"{kind}_*.pb").Order(StringComparer.Ordinal).Select(f => TensorProto.Parser.ParseFrom(File.ReadAllBytes(f))),
        ];
        return new PyTorchCase(Path.GetFileName(folder), OnnxModel.Load(Path.Combine(folder, "model.onnx")), Tensors("input"), Tensors("output"));
    }
}
