using MlNetVision.Detection;
using OpenCvSharp;

namespace MlNetVision.Benchmarks;

/// <summary>OpenCV's DNN module, where its native library can be loaded (it needs GTK 3 and others of the system).</summary>
internal static class OpenCv
{
    /// <summary>Null where it can be loaded, else why not.</summary>
    public static string? Missing { get; } = Probe();

    /// <summary>One image after the other, with OpenCV's own threads: as it comes.</summary>
    public static Contender AllThreads(string model, ObjectDetector like)
    {
        var detector = new OpenCvDetector(model, like);
        return new Contender("OpenCV DNN, one image at a time", images =>
        {
            Cv2.SetNumThreads(-1);
            return images.Sum(detector.Detect);
        }, detector);
    }

    /// <summary>A network and a thread for each core: what a careful user could make of it.</summary>
    public static Contender SideBySide(string model, ObjectDetector like, int workers)
    {
        var detectors = Enumerable.Range(0, workers).Select(_ => new OpenCvDetector(model, like)).ToArray();
        return new Contender($"OpenCV DNN, {workers} networks side by side", images =>
        {
            Cv2.SetNumThreads(1);
            return Workers.Run(workers, images.Count, (worker, item) => detectors[worker].Detect(images[item]));
        }, new Several(detectors));
    }

    private static string? Probe()
    {
        try
        {
            Cv2.GetNumThreads();
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or OpenCvSharpException)
        {
            return (e.InnerException ?? e).Message.ReplaceLineEndings(" ");
        }
    }

    private sealed class Several(IEnumerable<IDisposable> all) : IDisposable
    {
        public void Dispose()
        {
            foreach (var one in all) one.Dispose();
        }
    }
}
