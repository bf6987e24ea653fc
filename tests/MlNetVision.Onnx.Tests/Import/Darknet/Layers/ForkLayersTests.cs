namespace MlNetVision.Onnx.Tests.Import.Darknet.Layers;

/// <summary>
/// What only AlexeyAB's fork runs, against its arithmetic in loops. The original knows <c>[batchnorm]</c> too, but Debian's build of it ends with a
/// segmentation fault there.
/// </summary>
[TestClass]
public sealed class ForkLayersTests
{
    [TestMethod]
    [DataRow("size=3\nstride=1", 3, 1, 2, 7, 6)]
    [DataRow("size=2\nstride=2", 2, 2, 1, 7, 6)]
    [DataRow("size=3\nstride=2\npadding=0", 3, 2, 0, 7, 6)]
    [DataRow("size=5\nstride=3\npadding=8", 5, 3, 8, 7, 6)]
    [DataRow("stride=2", 2, 2, 1, 4, 5)]
    public void Import_LocalAvgpool_AgreesWithLoops(string options, int size, int stride, int padding, int height, int width)
    {
        var image = Grid.Random(3, height, width);
        using var files = new DarknetFiles(image, $"[local_avgpool]\n{options}");

        int Out(int length) => (length + padding - size) / stride + 1;
        var expected = Grid.Fill(3, Out(height), Out(width), (c, y, x) =>
        {
            var (sum, count) = (0.0, 0);
            for (var row = y * stride - padding / 2; row < y * stride - padding / 2 + size; row++)
            {
                for (var column = x * stride - padding / 2; column < x * stride - padding / 2 + size; column++)
                {
                    if (row < 0 || row >= height || column < 0 || column >= width) continue;
                    (sum, count) = (sum + image[c, row, column], count + 1);
                }
            }
            return sum / count;
        });
        Grid.AreClose(expected.Values, files.Run());
    }

    [TestMethod]
    public void Import_LocalAvg_IsTheSameSection()
    {
        var image = Grid.Random(2, 4, 4);
        using var first = new DarknetFiles(image, "[local_avgpool]\nsize=2\nstride=2");
        using var second = new DarknetFiles(image, "[local_avg]\nsize=2\nstride=2");

        Assert.AreSequenceEqual(first.Run(), second.Run());
    }

    [TestMethod]
    // what lies outside is -1 for the fork where it multiplies bits, and 0 where its strides differ and it does not
    [DataRow("stride=1", 1, 1, -1)]
    [DataRow("stride=2", 2, 2, -1)]
    [DataRow("stride_x=2\nstride_y=1", 2, 1, 0)]
    public void Import_XnorOfTheFork_AgreesWithLoops(string strides, int strideX, int strideY, int outside)
    {
        var image = Grid.Random(2, 6, 8);
        var weights = DarknetFiles.Convolution(3, 3 * 2 * 9, false);
        using var files = new DarknetFiles(
            image, $"[convolutional]\nfilters=3\nsize=3\npad=1\nxnor=1\n{strides}\nactivation=linear\n[activation]\nactivation=mish", weights);

        var expected = Grid.Fill(3, (6 - 1) / strideY + 1, (8 - 1) / strideX + 1, (f, y, x) =>
        {
            var kernel = weights[(3 + f * 18)..(3 + (f + 1) * 18)];
            var mean = kernel.Average(w => Math.Abs((double)w));
            var sum = (double)weights[f];
            for (var i = 0; i < 18; i++)
            {
                var (row, column) = (y * strideY + i % 9 / 3 - 1, x * strideX + i % 3 - 1);
                var inside = row is >= 0 and < 6 && column is >= 0 and < 8;
                sum += (kernel[i] > 0 ? mean : -mean) * (inside ? image[i / 9, row, column] > 0 ? 1 : -1 : outside);
            }
            return sum * Math.Tanh(Math.Log(1 + Math.Exp(sum)));
        });
        Grid.AreClose(expected.Values, files.Run());
    }

    [TestMethod]
    [DataRow("share_index=0")]
    [DataRow("share_index=-2")]
    public void Import_ShareIndex_TakesTheOthersWeights(string share)
    {
        var image = Grid.Random(4, 8, 8);
        var weights = DarknetFiles.Convolution(4, 4 * 4 * 9, true);
        const string convolution = "[convolutional]\nbatch_normalize=1\nfilters=4\nsize=3\npad=1";
        using var shared = new DarknetFiles(
            image, $"{convolution}\nactivation=leaky\n[dropout]\n{convolution}\nstride=2\ndilation=1\nactivation=tanh\n{share}", weights);
        // the same weights written twice
        using var apart = new DarknetFiles(
            image, $"{convolution}\nactivation=leaky\n[dropout]\n{convolution}\nstride=2\nactivation=tanh", weights, weights);

        Assert.AreSequenceEqual(apart.Run(), shared.Run());
        Assert.HasCount(2, shared.Import().Graph.Initializer.Where(t => t.Dims.Count > 0));
    }

    [TestMethod]
    // of another size, with fewer filters, with groups, with xnor
    [DataRow("filters=4\nsize=1", "4×4×1×1 on 4 channels")]
    [DataRow("filters=2\nsize=3\npad=1", "2×4×3×3 on 4 channels")]
    [DataRow("filters=4\nsize=3\npad=1\ngroups=2", "4×2×3×3 on 4 channels")]
    [DataRow("filters=4\nsize=3\npad=1\nxnor=1", "4×4×3×3 on 4 channels with xnor")]
    public void Import_ShareIndexOfOtherKernels_NamesBoth(string options, string found)
    {
        using var files = new DarknetFiles(
            Grid.Random(4, 8, 8), $"[convolutional]\nfilters=4\nsize=3\npad=1\n[convolutional]\nshare_index=0\n{options}",
            DarknetFiles.Convolution(4, 4 * 4 * 9, false));

        var error = Assert.ThrowsExactly<BadModelException>(() => files.Import());
        foreach (var part in (string[])[files.Cfg, "line 9: [convolutional]", "layer 0, 4×4×3×3 on 4 channels", $"found {found}"])
            Assert.Contains(part, error.Message);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Import_Batchnorm_AgreesWithFormulaWithAndWithoutBiases(bool hasBiases)
    {
        var image = Grid.Random(3, 4, 5);
        float[] biases = [.5f, -1, 2], scales = [1.5f, -.5f, 2], means = [.3f, -1, 0], variances = [.2f, 1, 0];
        float[][] second = hasBiases ? [biases, scales, means, variances] : [scales, means, variances];
        // A negative mean is no variance: were the second layer's arrays taken one off, that would be seen.
        using var files = new DarknetFiles(image, "[batchnorm]\n[batchnorm]", [.. second, .. second]);

        double Normalise(double x, int c) => scales[c] * (x - means[c]) / (Math.Sqrt(variances[c]) + 1e-6) + (hasBiases ? biases[c] : 0);
        var expected = Grid.Fill(3, 4, 5, (c, y, x) => Normalise(Normalise(image[c, y, x], c), c));
        Grid.AreClose(expected.Values, files.Run());
    }

    [TestMethod]
    public void Import_BatchnormOfNegativeVariance_GivesNoNumberInItsChannel()
    {
        using var files = new DarknetFiles(Grid.Random(2, 1, 1), "[batchnorm]", [1, 1, 0, 0, -.1f, 1]);

        Assert.AreSequenceEqual([true, false], files.Run().Select(float.IsNaN));
    }

    [TestMethod]
    [DataRow(8, "too short")]
    [DataRow(10, "too long")]
    [DataRow(11, "too long")]
    [DataRow(13, "too long")]
    public void Import_BatchnormOfAnotherLength_SaysSo(int floats, string expected)
    {
        using var files = new DarknetFiles(Grid.Random(3, 4, 5), "[batchnorm]", new float[floats]);

        Assert.Contains(expected, Assert.ThrowsExactly<BadModelException>(() => files.Import()).Message);
    }
}
