namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class BatchNormalizationGradientTests
{
    [TestMethod]
    [DataRow("3,2")]
    [DataRow("2,3,4")]
    [DataRow("2,3,4,3")]
    public void BatchNormalization_RunningStatistics_FollowsFiniteDifferences(string shape)
    {
        var x = shape.Split(',').Select(long.Parse).ToArray();
        var mean = Enumerable.Range(0, (int)x[1]).Select(i => 0.5f * i).ToArray();
        new OperatorCase("BatchNormalization").Input(x).Input(x[1]).Input(x[1]).Given(mean, x[1]).Given([.. mean.Select(m => m + 0.5f)], x[1]).Check();
    }

    [TestMethod]
    [DataRow("5,2", false)]
    [DataRow("2,3,5", false)]
    [DataRow("2,3,4,3", false)]
    [DataRow("2,3,4,3", true)]
    public void BatchNormalization_BatchStatistics_FollowsFiniteDifferences(string shape, bool free)
    {
        var x = shape.Split(',').Select(long.Parse).ToArray();
        new OperatorCase("BatchNormalization").Input(x).Between(0.5, 2, x[1]).Input(x[1]).Given(new float[x[1]], x[1]).Given(new float[x[1]], x[1])
            .Free(free ? [0, 2, 3] : []).With("training_mode", 1).With("momentum", 0f).Hidden("mean", "variance").Check();
    }
}
