using System.Runtime.InteropServices;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Upgrading;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

/// <summary>The gradients of graphs that PyTorch wrote, by their inputs and weights, against finite differences.</summary>
[TestClass]
public sealed class PyTorchCaseGradientTests
{
    private const long MostValues = 300_000;

    [TestMethod]
    public void Differentiate_EveryCase_FollowsFiniteDifferences()
    {
        var count = 0;
        foreach (var test in PyTorchCase.All())
        {
            // Millions of values lie closer together than a step, so that one overtakes another; the pooling of one axis has the same attributes.
            if (test.Inputs[0].Dims.Aggregate(1L, (a, b) => a * b) > MostValues) continue;
            try
            {
                Check(test);
            }
            catch (Exception e) when (e is not AssertInconclusiveException)
            {
                Assert.Fail($"{test.Name}: {e.Message}");
            }
            count++;
        }
        Assert.IsGreaterThanOrEqualTo(80, count);
    }

    private static void Check(PyTorchCase test)
    {
        var model = test.Model.Clone();
        OperatorSetUpgrade.Raise(model);
        var given = model.Inputs.Zip(test.Inputs).Where(p => p.First.Type == DataType.Int64)
            .ToDictionary(p => p.First.Name, p => new Feed([.. p.Second.Dims], Integers: MemoryMarshal.Cast<byte, long>(p.Second.RawData.Span).ToArray()));
        var samples = model.Inputs.Zip(test.Inputs).Where(p => p.First.Type == DataType.Float).Select(p => Sample(model, p.First.Name, [.. p.Second.Dims])).ToList();
        foreach (var weight in Weights(model))
        {
            var tensor = model.Graph.Initializer.First(t => t.Name == weight);
            samples.Add(Sample(model, weight, [.. tensor.Dims]));
            model.Graph.Initializer.Remove(tensor);
            model.Graph.Input.Add(OnnxValue.Info(weight, DataType.Float, [.. tensor.Dims]));
        }
        FiniteDifferences.Check(model, samples, given);
    }

    /// <summary>Kernels, matrices, biases, slopes and tables; not the running statistics of a normalisation, which are not learnt by gradients.</summary>
    private static string[] Weights(OnnxModel model)
    {
        var statistics = model.Graph.Node.Where(n => n.OpType == "BatchNormalization").SelectMany(n => n.Input.Skip(3)).ToHashSet();
        var used = model.Graph.Node.Where(n => n.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "BatchNormalization" or "PRelu" or "Gather" or "Transpose" or "Reshape")
            .SelectMany(n => n.Input).ToHashSet();
        return model.Graph.Initializer.Where(t => t.DataType == (int)DataType.Float && used.Contains(t.Name) && !statistics.Contains(t.Name)).Select(t => t.Name).ToArray();
    }

    /// <summary>Samples lie far enough apart, and from 0, that none overtakes another or a kink within a step.</summary>
    private static Sample Sample(OnnxModel model, string name, long[] shape)
    {
        var sample = new Sample(name, shape);
        var range = Math.Clamp(sample.Count * 0.01, 2, 20);
        return sample with { Low = -range, High = range };
    }
}
