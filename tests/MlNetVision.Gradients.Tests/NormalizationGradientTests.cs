namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class NormalizationGradientTests
{
    [TestMethod]
    [DataRow("Softmax")]
    [DataRow("LogSoftmax")]
    public void Softmax_AnyRankAndAxis_FollowsFiniteDifferences(string operation)
    {
        long[][] shapes = [[5], [2, 4], [2, 3, 4], [2, 3, 2, 2]];
        foreach (var shape in shapes)
        {
            new OperatorCase(operation).Input(shape).Check();
            for (var axis = -shape.Length; axis < shape.Length; axis++) new OperatorCase(operation).Input(shape).With("axis", axis).Check();
        }
    }

    [TestMethod]
    [DataRow(new long[] { 2, 3, 5 })]
    [DataRow(new long[] { 2, 3, 3, 2 })]
    [DataRow(new long[] { 1, 2, 2, 2, 3 })]
    public void InstanceNormalization_AnyRank_FollowsFiniteDifferences(long[] shape) =>
        new OperatorCase("InstanceNormalization").Input(shape).Input(shape[1]).Input(shape[1]).With("epsilon", 0.01f).Check();
}
