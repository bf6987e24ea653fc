namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class ConvolutionGradientTests
{
    [TestMethod]
    [DataRow(1, 1, 1, 1, "0,0,0,0", 6, 3)]
    [DataRow(1, 1, 1, 1, "0,0,0,0", 31, 3)]
    [DataRow(1, 1, 1, 1, "1,0,0,1", 6, 3)]
    [DataRow(1, 1, 1, 3, "1,1,1,1", 6, 3)]
    [DataRow(1, 1, 1, 3, "1,1,1,1", 17, 2)]
    [DataRow(1, 1, 1, 3, "0,0,0,0", 3, 2)]
    [DataRow(1, 1, 1, 3, "2,0,1,2", 6, 2)]
    [DataRow(1, 1, 1, 2, "3,1,0,2", 6, 2)]
    [DataRow(1, 2, 1, 3, "1,1,1,1", 6, 2)]
    [DataRow(1, 2, 1, 3, "1,0,0,1", 6, 2)]
    [DataRow(1, 2, 1, 1, "0,0,0,0", 6, 4)]
    [DataRow(1, 3, 1, 2, "0,1,1,0", 6, 2)]
    [DataRow(1, 1, 2, 3, "2,2,2,2", 6, 2)]
    [DataRow(1, 2, 2, 3, "1,2,2,1", 6, 2)]
    [DataRow(2, 1, 1, 3, "1,1,1,1", 6, 4)]
    [DataRow(2, 2, 1, 3, "1,0,1,1", 6, 4)]
    [DataRow(3, 1, 2, 2, "1,1,1,1", 6, 6)]
    [DataRow(6, 1, 1, 3, "1,1,1,1", 6, 6)]
    [DataRow(6, 2, 1, 3, "1,1,1,1", 6, 6)]
    [DataRow(6, 1, 2, 3, "2,1,2,1", 6, 6)]
    [DataRow(6, 1, 1, 3, "1,1,1,1", 6, 12)]
    public void Conv_Attributes_FollowsFiniteDifferences(int groups, int stride, int dilation, int kernel, string pads, int channels, int filters)
    {
        foreach (int[] free in new int[][] { [], [0, 2, 3] })
        {
            new OperatorCase("Conv").Input(2, channels, 6, 5).Input(filters, channels / groups, kernel, kernel).Input(filters).Free(free)
                .With("group", groups).With("strides", (long[])[stride, stride]).With("dilations", (long[])[dilation, dilation])
                .With("pads", pads.Split(',').Select(long.Parse).ToArray()).Check();
        }
    }

    [TestMethod]
    [DataRow(2, "SAME_UPPER", 1, 3)]
    [DataRow(2, "SAME_LOWER", 1, 2)]
    [DataRow(2, "SAME_UPPER", 2, 3)]
    [DataRow(2, "SAME_LOWER", 2, 4)]
    [DataRow(6, "SAME_LOWER", 2, 2)]
    [DataRow(2, "VALID", 2, 3)]
    public void Conv_AutoPad_FollowsFiniteDifferences(int channels, string auto, int stride, int kernel) =>
        new OperatorCase("Conv").Input(1, channels, 7, 6).Input(2, channels, kernel, kernel)
            .With("auto_pad", auto).With("strides", (long[])[stride, stride]).Check();

    [TestMethod]
    [DataRow(1, 2)]
    [DataRow(2, 5)]
    public void Conv_OneAxisOrThree_FollowsFiniteDifferences(int stride, int channels)
    {
        new OperatorCase("Conv").Input(2, channels, 7).Input(2, channels, 3).With("pads", (long[])[1, 0]).With("strides", (long[])[stride]).Check();
        new OperatorCase("Conv").Input(1, channels, 3, 4, 3).Input(2, channels, 2, 2, 1).With("pads", (long[])[1, 0, 0, 0, 1, 0]).With("strides", (long[])[1, stride, 1]).Check();
    }

    [TestMethod]
    [DataRow(1, 1, 1, 3, 0, "0,0,0,0")]
    [DataRow(1, 2, 1, 3, 1, "1,1,1,1")]
    [DataRow(1, 2, 1, 3, 0, "1,0,0,1")]
    [DataRow(1, 3, 1, 2, 2, "0,0,0,0")]
    [DataRow(1, 2, 2, 2, 1, "0,1,1,0")]
    [DataRow(3, 2, 1, 3, 1, "1,1,1,1")]
    [DataRow(6, 2, 1, 3, 1, "1,1,1,1")]
    [DataRow(6, 1, 1, 3, 0, "1,1,1,1")]
    public void ConvTranspose_Attributes_FollowsFiniteDifferences(int groups, int stride, int dilation, int kernel, int more, string pads)
    {
        foreach (int[] free in new int[][] { [], [0, 2, 3] })
        {
            new OperatorCase("ConvTranspose").Input(2, 6, 3, 4).Input(6, 6 / groups, kernel, kernel).Input(6).Free(free)
                .With("group", groups).With("strides", (long[])[stride, stride]).With("dilations", (long[])[dilation, dilation])
                .With("output_padding", (long[])[more, more]).With("pads", pads.Split(',').Select(long.Parse).ToArray()).Check();
        }
    }

    [TestMethod]
    [DataRow("SAME_UPPER")]
    [DataRow("SAME_LOWER")]
    public void ConvTranspose_AutoPad_FollowsFiniteDifferences(string auto)
    {
        new OperatorCase("ConvTranspose").Input(1, 5, 3, 4).Input(5, 2, 3, 3).With("auto_pad", auto).With("strides", (long[])[2, 2]).Check();
        new OperatorCase("ConvTranspose").Input(1, 5, 3, 4).Input(5, 2, 4, 3).With("auto_pad", auto).With("strides", (long[])[1, 2]).Check();
        new OperatorCase("ConvTranspose").Input(1, 5, 3, 4).Input(5, 2, 4, 4).With("auto_pad", auto).With("strides", (long[])[2, 2]).With("output_shape", (long[])[7, 9]).Check();
    }
}
