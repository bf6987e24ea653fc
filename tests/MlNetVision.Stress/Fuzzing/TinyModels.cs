using MlNetVision.Cli.Tests;
using MlNetVision.Models;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>A small network of each task as the bytes of an ONNX file, with all that it says of itself.</summary>
internal static class TinyModels
{
    public static byte[] Detector() => In(folder => ModelLocator.Open(TinyDetector.Write(folder)).ToBytes());

    public static byte[] Segmenter() => In(folder => File.ReadAllBytes(TinySegmenter.Write(folder)));

    public static byte[] Classifier() => In(folder => File.ReadAllBytes(TinyClassifier.Write(folder, "dark", "dim", "bright")));

    public static byte[] Stylizer() => In(folder => File.ReadAllBytes(TinyStyle.Write(folder)));

    public static byte[] Backbone() => Training.Tests.Classification.TinyBackbone.Build().ToBytes();

    /// <summary>A file that is written and read again.</summary>
    public static byte[] Saved(Action<string> save) => In(folder =>
    {
        save(folder["model.zip"]);
        return File.ReadAllBytes(folder["model.zip"]);
    });

    private static byte[] In(Func<TemporaryFolder, byte[]> make)
    {
        using var folder = new TemporaryFolder();
        return make(folder);
    }
}
