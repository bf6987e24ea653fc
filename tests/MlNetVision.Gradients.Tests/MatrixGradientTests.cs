namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class MatrixGradientTests
{
    [TestMethod]
    [DataRow(0, 0, 1f, 1f, "4")]
    [DataRow(0, 1, 0.5f, 2f, "1,4")]
    [DataRow(1, 0, 2f, -1f, "3,1")]
    [DataRow(1, 1, -1f, 0.5f, "3,4")]
    [DataRow(0, 1, 1f, 1f, "")]
    [DataRow(1, 1, 1f, 1f, "1")]
    public void Gemm_TransposesAndFactors_FollowsFiniteDifferences(int turnA, int turnB, float alpha, float beta, string bias)
    {
        var node = new OperatorCase("Gemm").Input(turnA == 0 ? [3, 2] : [2, 3]).Input(turnB == 0 ? [2, 4] : [4, 2])
            .With("transA", turnA).With("transB", turnB).With("alpha", alpha).With("beta", beta);
        if (bias.Length > 0) node.Input(bias.Split(',').Select(long.Parse).ToArray());
        node.Check();
    }

    [TestMethod]
    public void Gemm_FreeBatch_FollowsFiniteDifferences() => new OperatorCase("Gemm").Input(3, 2).Input(4, 2).Input(4).With("transB", 1).Free(0).Check();

    [TestMethod]
    [DataRow("3,2", "2,4")]
    [DataRow("2,3,2", "2,4")]
    [DataRow("2,3,2", "2,2,4")]
    [DataRow("3,2", "2,2,4")]
    [DataRow("2,1,3,2", "1,3,2,2")]
    [DataRow("2", "2,3")]
    [DataRow("3,2", "2")]
    [DataRow("2", "2")]
    [DataRow("2,3,2", "2")]
    [DataRow("2", "3,2,4")]
    public void MatMul_BatchesAndVectors_FollowsFiniteDifferences(string a, string b) =>
        new OperatorCase("MatMul").Input(a.Split(',').Select(long.Parse).ToArray()).Input(b.Split(',').Select(long.Parse).ToArray()).Check();

    [TestMethod]
    public void MatMul_FreeBatch_FollowsFiniteDifferences() => new OperatorCase("MatMul").Input(2, 3, 2).Input(2, 4).Free(0, 1).Check();
}
