namespace MlNetVision.Onnx.Tests.Import.Darknet.Layers;

[TestClass]
public sealed class ConvolutionalLayerTests
{
    private const int Filters = 6;

    [TestMethod]
    // name of the case, size, stride in x and y, padding on each side, dilation, groups
    [DataRow("size=1", 1, 1, 1, 0, 1, 1)]
    [DataRow("size=1\npad=1", 1, 1, 1, 0, 1, 1)]
    [DataRow("size=3\npad=1", 3, 1, 1, 1, 1, 1)]
    [DataRow("size=3\npad=0", 3, 1, 1, 0, 1, 1)]
    [DataRow("size=3\npad=0\npadding=2", 3, 1, 1, 2, 1, 1)]
    [DataRow("size=5\npad=1\npadding=1", 5, 1, 1, 2, 1, 1)]
    [DataRow("size=3\npad=1\nstride=2", 3, 2, 2, 1, 1, 1)]
    [DataRow("size=3\npad=1\nstride=3\nstride_x=2", 3, 2, 3, 1, 1, 1)]
    [DataRow("size=3\npad=1\nstride_x=1\nstride_y=2", 3, 1, 2, 1, 1, 1)]
    [DataRow("size=3\npad=1\ndilation=2", 3, 1, 1, 2, 2, 1)]
    [DataRow("size=1\npad=1\ndilation=2", 1, 1, 1, 0, 1, 1)]
    [DataRow("size=3\npad=1\ngroups=2", 3, 1, 1, 1, 1, 2)]
    [DataRow("size=3\npad=1\nstride=2\ngroups=6\n", 3, 2, 2, 1, 1, 6)]
    [DataRow("size=2\npad=1", 2, 1, 1, 1, 1, 1)]
    public void Import_Convolution_AgreesWithLoops(string options, int size, int strideX, int strideY, int pad, int dilation, int groups)
    {
        var image = Grid.Random(6, 9, 11);
        var valuesPerFilter = 6 / groups * size * size;
        foreach (var normalised in (bool[])[false, true])
        {
            var weights = DarknetFiles.Convolution(Filters, Filters * valuesPerFilter, normalised);
            using var files = new DarknetFiles(
                image, $"[convolutional]\nfilters={Filters}\n{options}\nactivation=linear\nbatch_normalize={(normalised ? 1 : 0)}", weights);

            var kernel = weights[^(Filters * valuesPerFilter)..];
            var convolved = Convolve(image, kernel, size, strideX, strideY, pad, dilation, groups);
            var expected = Finish(convolved, weights, normalised);
            Grid.AreClose(expected.Values, files.Run(), $"normalised {normalised}");
        }
    }

    [TestMethod]
    public void Import_VarianceZero_DividesByDarknetsEpsilon()
    {
        var image = new Grid(1, 1, 1, [3]);
        // bias, scale, mean, variance, kernel: (2·3 − 6.000001) / (√0 + 10⁻⁶) + 5
        using var files = new DarknetFiles(
            image, "[convolutional]\nbatch_normalize=1\nactivation=linear", [5, 2e-6f, .5f, 0, 2]);

        Assert.AreEqual(2 * (6 - .5) + 5, files.Run()[0], 1e-4);
    }

    private static Grid Convolve(Grid image, float[] kernel, int size, int strideX, int strideY, int pad, int dilation, int groups)
    {
        var reach = dilation * (size - 1) + 1;
        int inputs = image.Channels / groups, outputs = Filters / groups;
        return Grid.Fill(Filters, (image.Height + 2 * pad - reach) / strideY + 1, (image.Width + 2 * pad - reach) / strideX + 1, (f, y, x) =>
        {
            var sum = 0.0;
            for (var c = 0; c < inputs; c++)
            {
                for (var ky = 0; ky < size; ky++)
                {
                    for (var kx = 0; kx < size; kx++)
                    {
                        int row = y * strideY - pad + ky * dilation, column = x * strideX - pad + kx * dilation;
                        if (row < 0 || row >= image.Height || column < 0 || column >= image.Width) continue;
                        sum += image[f / outputs * inputs + c, row, column] * kernel[((f * inputs + c) * size + ky) * size + kx];
                    }
                }
            }
            return sum;
        });
    }

    /// <summary>Normalisation, scale and bias as Darknet has them in its file: biases, scales, means, variances.</summary>
    private static Grid Finish(Grid convolved, float[] weights, bool normalised) =>
        Grid.Fill(Filters, convolved.Height, convolved.Width, (f, y, x) =>
        {
            double value = convolved[f, y, x];
            if (normalised) value = (value - weights[2 * Filters + f]) / (Math.Sqrt(weights[3 * Filters + f]) + .000001) * weights[Filters + f];
            return value + weights[f];
        });
}
