using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Onnx.Tests.Import.Darknet;

/// <summary>A small network in a temporary folder: <c>net.cfg</c> and <c>net.weights</c>.</summary>
internal sealed class DarknetFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("darknet-").FullName;
    private readonly Grid _image;

    /// <summary>Writes a network whose input has the shape of <paramref name="image"/>.</summary>
    public DarknetFiles(Grid image, string layers, params float[][] weights)
    {
        _image = image;
        WriteCfg($"[net]\nchannels={image.Channels}\nheight={image.Height}\nwidth={image.Width}\n{layers}\n");
        WriteWeights(0, 2, weights);
    }

    public string Cfg => Path.Combine(_folder, "net.cfg");

    public string Weights => Path.Combine(_folder, "net.weights");

    public void WriteCfg(string text) => File.WriteAllText(Cfg, text);

    /// <summary>Writes a header of the version and then the floats; the count of images takes 8 bytes from version 0.2 to 1000, else 4.</summary>
    public void WriteWeights(int major, int minor, params float[][] weights)
    {
        using var writer = new BinaryWriter(File.Create(Weights));
        writer.Write(major);
        writer.Write(minor);
        writer.Write(0);
        if (major * 10 + minor >= 2 && major < 1000 && minor < 1000) writer.Write(32013312L);
        else writer.Write(32013312);
        foreach (var value in weights.SelectMany(w => w)) writer.Write(value);
    }

    /// <summary>Random weights of a convolution in the order of the file: biases, scales, means, variances (above 0), kernel.</summary>
    public static float[] Convolution(int filters, int kernelValues, bool normalised, int seed = 7)
    {
        var random = new Random(seed);
        float[] Values(int count, double low, double high) => [.. Enumerable.Range(0, count).Select(_ => (float)(low + random.NextDouble() * (high - low)))];
        float[] statistics = normalised ? [.. Values(filters, .5, 2), .. Values(filters, -1, 1), .. Values(filters, .01, 2)] : [];
        return [.. Values(filters, -1, 1), .. statistics, .. Values(kernelValues, -.5, .5)];
    }

    public OnnxModel Import() => new DarknetImporter().Import(Cfg).Model;

    /// <summary>What the imported network gives for the image.</summary>
    public float[] Run() => NetworkRunner.Run(Import(), _image.Values)["output"].Values;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
