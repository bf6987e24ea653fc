using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Tests;

/// <summary>A file may hold any node; what makes no sense ends in an error that names it, or is left to ONNX Runtime.</summary>
[TestClass]
public sealed class BrokenNodeTests
{
    public static IEnumerable<object[]> Operators => GradientRules.All.Keys.Order(StringComparer.Ordinal).Select(o => new object[] { o });

    [TestMethod]
    [DynamicData(nameof(Operators))]
    public void Differentiate_NodeOfOddInputsOrAttributes_NamesModelOrIsLeftToRuntime(string operation)
    {
        foreach (var inputs in new string[][] { ["x"], ["x", "y"], ["x", "y", "y"], ["x", "n", "n", "n", "n"], ["x", "", "n"], ["x", "none"] })
        {
            foreach (var (attribute, value) in new (string, object)[] { ("nothing", 1L), ("axis", 99L), ("axes", new long[] { 99 }), ("perm", new long[] { 7, 1 }), ("strides", new long[] { 2 }), ("pads", new long[] { 1 }), ("kernel_shape", new long[] { 0 }) })
            {
                try
                {
                    TrainingGraph.Differentiate(Model(operation, inputs, attribute, value), "loss", [], new() { WithRespectTo = ["x"] });
                }
                catch (BadModelException e)
                {
                    Assert.StartsWith("odd.onnx: ", e.Message);
                }
                catch (ArgumentException e)
                {
                    Assert.Contains("does not depend on 'x'", e.Message);
                }
            }
        }
    }

    private static OnnxModel Model(string operation, string[] inputs, string attribute, object value)
    {
        var builder = new GraphWriter("odd");
        builder.Input("x", DataType.Float, 2, 3, 4, 4);
        builder.Floats("y", [1, 2, 3], 3);
        builder.Integers("n", [-5, 0, 3], 3);
        builder.Integers("none", [], 0);
        builder.NodeWithOutputs(operation, "odd", inputs, ["made"], (attribute, value));
        builder.Node("ReduceMean", "loss", ["made"], ("keepdims", 0L));
        builder.Output("loss", DataType.Float);
        return builder.Build("odd.onnx");
    }
}
