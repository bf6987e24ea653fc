using Microsoft.ML.OnnxRuntime;
using MlNetVision.Onnx.Import.Torch7;

namespace MlNetVision.Onnx.Tests.Import.Torch7;

/// <summary>A tensor of one image, channels × height × width, and what Torch's definitions make of it.</summary>
internal sealed record Planes(float[] Values, int Channels, int Height, int Width)
{
    public float this[int c, int y, int x] => Values[(c * Height + y) * Width + x];

    public static Planes Of(int channels, int height, int width, Func<int, int, int, double> value)
    {
        var values = new float[channels * height * width];
        for (var c = 0; c < channels; c++)
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++) values[(c * height + y) * width + x] = (float)value(c, y, x);
        return new(values, channels, height, width);
    }

    public static Planes Random(int channels, int height, int width, int seed = 1)
    {
        var random = new Random(seed);
        return Of(channels, height, width, (_, _, _) => random.NextDouble() * 4 - 2);
    }

    /// <summary>0 beyond the borders.</summary>
    public float Within(int c, int y, int x) => y >= 0 && y < Height && x >= 0 && x < Width ? this[c, y, x] : 0;

    public Planes Map(Func<float, double> value) => Of(Channels, Height, Width, (c, y, x) => value(this[c, y, x]));

    /// <summary>Runs the network of a file.</summary>
    public Planes Through(object root)
    {
        var model = Torch7Importer.Read(Torch7Writer.Bytes(root), "written.t7").Model;
        return Through(model);
    }

    public Planes Through(OnnxModel model)
    {
        model.Check();
        using var session = new InferenceSession(model.ToBytes());
        using var input = OrtValue.CreateTensorValueFromMemory(Values, [1, Channels, Height, Width]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["image"], [input], session.OutputNames);
        var shape = results[0].GetTensorTypeAndShape().Shape;
        return new(results[0].GetTensorDataAsSpan<float>().ToArray(), (int)shape[1], (int)shape[2], (int)shape[3]);
    }

    public void AssertNear(Planes found, double tolerance = 1e-4)
    {
        Assert.AreEqual((Channels, Height, Width), (found.Channels, found.Height, found.Width));
        for (var i = 0; i < Values.Length; i++) Assert.AreEqual(Values[i], found.Values[i], tolerance, $"element {i}");
    }
}
