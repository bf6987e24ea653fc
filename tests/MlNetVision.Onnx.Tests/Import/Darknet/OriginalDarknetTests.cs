namespace MlNetVision.Onnx.Tests.Import.Darknet;

/// <summary>Small random networks, run here and by the original Darknet.</summary>
[TestClass]
public sealed class OriginalDarknetTests
{
    private const string Leaky = "activation=leaky";

    /// <summary>Darknet's [local] takes a quarter of the memory that it needs; a larger convolution before it, as YOLO v1 has, makes up for it.</summary>
    private const string Larger = "[convolutional]\nfilters=4\nsize=7\npad=1\nactivation=linear\n";

    [TestMethod]
    [DataRow(2, 2, -1, 13, 9)]
    [DataRow(2, 1, -1, 13, 9)]
    [DataRow(3, 1, -1, 7, 8)]
    [DataRow(3, 2, -1, 7, 8)]
    [DataRow(5, 1, -1, 13, 13)]
    [DataRow(9, 1, -1, 13, 13)]
    [DataRow(9, 2, -1, 12, 13)]
    [DataRow(2, 2, 0, 13, 8)]
    [DataRow(3, 2, 1, 11, 10)]
    [DataRow(3, 3, 4, 11, 10)]
    [DataRow(5, 3, 3, 14, 5)]
    public void MaxPool_SizeStridePadding_AgreesWithDarknet(int size, int stride, int padding, int height, int width)
    {
        var option = padding < 0 ? "" : $"padding={padding}";
        Compare(Grid.Random(3, height, width), $"[maxpool]\nsize={size}\nstride={stride}\n{option}");
    }

    [TestMethod]
    [DataRow(4, 6, 8, 2)]
    [DataRow(16, 4, 4, 2)]
    [DataRow(9, 6, 9, 3)]
    [DataRow(3, 5, 5, 1)]
    public void Reorg_Stride_AgreesWithDarknet(int channels, int height, int width, int stride) =>
        Compare(Grid.Random(channels, height, width), $"[reorg]\nstride={stride}");

    [TestMethod]
    [DataRow("logistic")]
    [DataRow("loggy")]
    [DataRow("relu")]
    [DataRow("elu")]
    [DataRow("selu")]
    [DataRow("relie")]
    [DataRow("ramp")]
    [DataRow("linear")]
    [DataRow("tanh")]
    [DataRow("plse")]
    [DataRow("leaky")]
    [DataRow("stair")]
    [DataRow("hardtan")]
    [DataRow("lhtan")]
    public void Activation_Name_AgreesWithDarknet(string name) =>
        Compare(Grid.Random(3, 9, 9).Map(v => v * 2.5), $"[activation]\nactivation={name}");

    [TestMethod]
    [DataRow("filters=6\nsize=3\nstride=1\npad=1", 6, 4 * 9, false)]
    [DataRow("filters=6\nsize=3\nstride=2\npad=1\nbatch_normalize=1", 6, 4 * 9, true)]
    [DataRow("filters=6\nsize=3\nstride=2\npadding=2\nbatch_normalize=1", 6, 4 * 9, true)]
    [DataRow("filters=5\nsize=1\nstride=1\npad=1", 5, 4, false)]
    [DataRow("filters=8\nsize=5\nstride=1\npad=1\ngroups=2\nbatch_normalize=1", 8, 2 * 25, true)]
    [DataRow("filters=4\nsize=3\nstride=2\npad=1\ngroups=4\nbatch_normalize=1", 4, 9, true)]
    [DataRow("filters=3\nsize=4\nstride=3", 3, 4 * 16, false)]
    public void Convolutional_Options_AgreesWithDarknet(string options, int filters, int valuesPerFilter, bool normalised) =>
        Compare(
            Grid.Random(4, 11, 10), $"[convolutional]\n{options}\n{Leaky}",
            DarknetFiles.Convolution(filters, filters * valuesPerFilter, normalised));

    [TestMethod]
    [DataRow("filters=6\nsize=3\nstride=1\npad=1", 6, 4 * 9, false)]
    [DataRow("filters=6\nsize=3\nstride=2\npad=1\nbatch_normalize=1", 6, 4 * 9, true)]
    [DataRow("filters=5\nsize=1\nstride=1\npad=1", 5, 4, false)]
    [DataRow("filters=8\nsize=5\nstride=1\npad=1\ngroups=2\nbatch_normalize=1", 8, 2 * 25, true)]
    [DataRow("filters=3\nsize=4\nstride=3", 3, 4 * 16, false)]
    public void Convolutional_Xnor_AgreesWithDarknet(string options, int filters, int valuesPerFilter, bool normalised) =>
        Compare(
            Grid.Random(4, 11, 10), $"[convolutional]\n{options}\nxnor=1\n{Leaky}",
            DarknetFiles.Convolution(filters, filters * valuesPerFilter, normalised));

    [TestMethod]
    [DataRow("filters=3\nsize=3\nstride=1\npad=1", 3, 7, 6, 9)]
    [DataRow("filters=3\nsize=3\nstride=2\npad=1", 3, 4, 3, 9)]
    [DataRow("filters=2\nsize=2\nstride=2", 2, 3, 3, 4)]
    [DataRow("filters=4\nsize=5\nstride=1\npad=2", 4, 7, 6, 25)]
    [DataRow("filters=1\nsize=1\nstride=3", 1, 3, 2, 1)]
    public void Local_Options_AgreesWithDarknet(string options, int filters, int height, int width, int kernel)
    {
        var places = height * width;
        Compare(
            Grid.Random(4, 7, 6).Map(v => v / 10), $"{Larger}[local]\n{options}\n{Leaky}", DarknetFiles.Convolution(4, 4 * 4 * 49, false),
            Grid.RandomValues(filters * places, 3), Grid.RandomValues(filters * places * 4 * kernel, 4));
    }

    [TestMethod]
    public void LocalThenConnected_AgreesWithDarknet() => Compare(
        Grid.Random(4, 7, 6).Map(v => v / 10), $"{Larger}[local]\nfilters=3\nsize=3\nstride=2\npad=1\n{Leaky}\n[dropout]\n[connected]\noutput=5\nactivation=linear",
        DarknetFiles.Convolution(4, 4 * 4 * 49, false), Grid.RandomValues(3 * 12, 3), Grid.RandomValues(3 * 12 * 4 * 9, 4), DarknetFiles.Convolution(5, 5 * 36, false));

    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(0, 2)]
    [DataRow(1001, 0)]
    public void Connected_EachHeader_AgreesWithDarknet(int major, int minor)
    {
        var image = Grid.Random(2, 3, 4);
        // biases and matrix, then scales, means and variances
        float[] normalisation = [1.5f, .5f, 1, -1, .3f, .2f, 0, .1f, .4f, 1, 2, .01f];
        using var files = new DarknetFiles(image, $"[connected]\noutput=4\nbatch_normalize=1\n{Leaky}");
        files.WriteWeights(major, minor, DarknetFiles.Convolution(4, 4 * 24, false), normalisation);

        Grid.AreClose(OriginalDarknet.Run(files.Cfg, files.Weights, image.Values), files.Run());
    }

    [TestMethod]
    // same size; larger by two (thinned); smaller by two (spread); more and fewer channels
    [DataRow("[activation]\nactivation=leaky\n[activation]\nactivation=tanh\n[shortcut]\nfrom=-2\nactivation=relu")]
    [DataRow("[activation]\nactivation=leaky\n[maxpool]\nsize=2\nstride=2\n[shortcut]\nfrom=-2\nactivation=linear")]
    [DataRow("[maxpool]\nsize=3\nstride=2\n[upsample]\nstride=2\n[shortcut]\nfrom=0\nactivation=leaky")]
    [DataRow("[activation]\nactivation=leaky\n[reorg]\nstride=2\n[shortcut]\nfrom=-2\nactivation=linear")]
    [DataRow("[reorg]\nstride=2\n[upsample]\nstride=2\n[route]\nlayers=-1,-1\n[shortcut]\nfrom=0\nactivation=linear")]
    [DataRow("[activation]\nactivation=leaky\n[route]\nlayers=0,0\n[shortcut]\nfrom=0\nactivation=linear")]
    [DataRow("[activation]\nactivation=leaky\n[route]\nlayers=0,0\n[activation]\nactivation=tanh\n[route]\nlayers=0\n[shortcut]\nfrom=2\nactivation=linear")]
    [DataRow("[activation]\nactivation=leaky\n[activation]\nactivation=tanh\n[shortcut]\nfrom=-2\nalpha=.5\nbeta=2\nactivation=linear")]
    public void Shortcut_SizesAndWeights_AgreesWithDarknet(string layers) => Compare(Grid.Random(4, 8, 12), layers);

    [TestMethod]
    // from 5 × 5 to 2 × 2 and 3 × 3 and back: the ratio is rounded down
    [DataRow("[activation]\nactivation=leaky\n[maxpool]\nsize=2\nstride=2\npadding=0\n[shortcut]\nfrom=0")]
    [DataRow("[activation]\nactivation=leaky\n[maxpool]\nsize=3\nstride=2\n[shortcut]\nfrom=0")]
    [DataRow("[activation]\nactivation=leaky\n[maxpool]\nsize=2\nstride=2\npadding=0\n[route]\nlayers=0\n[shortcut]\nfrom=1")]
    [DataRow("[activation]\nactivation=leaky\n[maxpool]\nsize=3\nstride=2\n[route]\nlayers=0\n[shortcut]\nfrom=1")]
    public void Shortcut_OddSizes_AgreesWithDarknet(string layers) => Compare(Grid.Random(4, 5, 5), layers);

    [TestMethod]
    [DataRow("[activation]\nactivation=tanh\n[route]\nlayers=-1")]
    [DataRow("[activation]\nactivation=tanh\n[activation]\nactivation=leaky\n[route]\nlayers=-1,0")]
    [DataRow("[activation]\nactivation=tanh\n[dropout]\nprobability=.5\n[route]\nlayers=1,-2")]
    [DataRow("[upsample]\nstride=3")]
    [DataRow("[upsample]\nstride=2\nscale=.25")]
    [DataRow("[avgpool]")]
    [DataRow("[softmax]\ngroups=1")]
    [DataRow("[softmax]\ngroups=4")]
    [DataRow("[avgpool]\n[softmax]\ntemperature=3\n[cost]\ntype=sse")]
    [DataRow("[crop]\ncrop_width=4\ncrop_height=5\nflip=1\nangle=0\nsaturation=1\nexposure=1")]
    [DataRow("[crop]\ncrop_width=9\ncrop_height=6\nnoadjust=1")]
    public void OtherLayers_AgreeWithDarknet(string layers) => Compare(Grid.Random(4, 8, 12), layers);

    private static void Compare(Grid image, string layers, params float[][] weights)
    {
        using var files = new DarknetFiles(image, layers, weights);
        Grid.AreClose(OriginalDarknet.Run(files.Cfg, files.Weights, image.Values), files.Run());
    }
}
