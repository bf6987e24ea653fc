using Microsoft.ML.OnnxRuntime;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using MlNetVision.Onnx.Upgrading;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Tests;

/// <summary>Graphs of one or a few operators that PyTorch wrote, against what PyTorch computed.</summary>
[TestClass]
public sealed class PyTorchCaseTests
{
    private const double Tolerance = 1e-4;

    [TestMethod]
    public void Shapes_OfEveryCase_AreThoseOfItsOutputs()
    {
        foreach (var test in PyTorchCase.All())
        {
            // Without what the file declares of its outputs: they are to be worked out.
            var model = test.Model.Clone();
            foreach (var output in model.Graph.Output) output.Type = null;
            model.Graph.ValueInfo.Clear();
            var shapes = new ShapeInference(model, model.Inputs);
            foreach (var (output, expected) in model.Graph.Output.Zip(test.Outputs))
            {
                Assert.AreEqual((DataType)expected.DataType, shapes[output.Name].Type, test.Name);
                CollectionAssert.AreEqual(expected.Dims.ToArray(), shapes[output.Name].Shape?.Select(d => d ?? -1).ToArray(), test.Name);
            }
        }
    }

    [TestMethod]
    public void Raise_EveryCase_AnswersAsPyTorch()
    {
        var count = 0;
        foreach (var test in PyTorchCase.All())
        {
            var model = test.Model.Clone();
            OperatorSetUpgrade.Raise(model);
            model.Check();
            Assert.AreEqual(17, model.Proto.OpsetImport[0].Version, test.Name);
            foreach (var (found, expected) in Run(model, test.Inputs).Zip(test.Outputs)) Compare(test.Name, TensorData.Floats(expected).ToArray(), found);
            count++;
        }
        Assert.IsGreaterThanOrEqualTo(80, count);
    }

    private static void Compare(string name, float[] expected, float[] found)
    {
        Assert.HasCount(expected.Length, found, name);
        var scale = Math.Max(1, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], found[i], Tolerance * scale, $"{name}, entry {i}");
    }

    private static List<float[]> Run(OnnxModel model, IReadOnlyList<TensorProto> inputs)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model.ToBytes(), options);
        var values = inputs.Select(Value).ToArray();
        try
        {
            using var run = new RunOptions();
            using var outputs = session.Run(run, model.Inputs.Select(i => i.Name).ToArray(), values, session.OutputNames);
            return [.. outputs.Select(o => o.GetTensorDataAsSpan<float>().ToArray())];
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }

    private static OrtValue Value(TensorProto tensor) => (DataType)tensor.DataType == DataType.Float
        ? OrtValue.CreateTensorValueFromMemory(TensorData.Floats(tensor).ToArray(), [.. tensor.Dims])
        : OrtValue.CreateTensorValueFromMemory(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray(), [.. tensor.Dims]);
}
