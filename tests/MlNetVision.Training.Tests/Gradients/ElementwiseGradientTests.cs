namespace MlNetVision.Training.Tests.Gradients;

[TestClass]
public sealed class ElementwiseGradientTests
{
    [TestMethod]
    [DataRow("Add")]
    [DataRow("Sub")]
    [DataRow("Mul")]
    public void Binary_Broadcast_FollowsFiniteDifferences(string operation)
    {
        new OperatorCase(operation).Input(2, 3).Input(2, 3).Check();
    }
}
