using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using OpenCvSharp;

namespace MlNetVision.Benchmarks;

/// <summary>The steps beside the network, each alone and on one thread, and what does the same in OpenCV and ML.NET.</summary>
internal static class PartContenders
{
    public static IEnumerable<Contender> Ours(ObjectDetector detector, string image)
    {
        var stage = new PipelineStage(detector, image);
        yield return Part("decode", () => RgbImage.Load(image).Dispose(), stage);
        yield return Part("resize", stage.Resize);
        yield return Part("pack", stage.Pack);
        yield return Part("decode grids", stage.DecodeGrids);
        yield return Part("suppress", stage.Suppress);
        yield return Part("all of these", () =>
        {
            stage.Load();
            stage.Resize();
            stage.Pack();
            stage.DecodeGrids();
            stage.Suppress();
        });
    }

    public static IEnumerable<Contender> Theirs(ObjectDetector detector, string model, string image)
    {
        if (OpenCv.Missing is null)
        {
            var net = new OpenCvDetector(model, detector);
            yield return Part("OpenCV: imread and blobFromImage", () =>
            {
                Cv2.SetNumThreads(1);
                using var pixels = Cv2.ImRead(image);
                net.Blob(pixels).Dispose();
            }, net);
        }
        var input = NetworkInput.Of(detector.Model);
        var context = new MLContext();
        var none = context.Data.LoadFromEnumerable(Array.Empty<PathRow>());
        var chain = context.Transforms.LoadImages("Image", "", nameof(PathRow.ImagePath))
            .Append(context.Transforms.ResizeImages("Image", input.Width, input.Height, "Image", ImageResizingEstimator.ResizingKind.IsoPad))
            .Append(context.Transforms.ExtractPixels("Pixels", "Image", scaleImage: 1 / 255f))
            .Fit(none);
        yield return new Contender("ML.NET: load, resize and extract", images =>
        {
            ReadAll(chain.Transform(context.Data.LoadFromEnumerable(images.Select(_ => new PathRow { ImagePath = image }))));
            return 0;
        });
    }

    private static Contender Part(string name, Action work, IDisposable? owned = null) => new(name, images =>
    {
        for (var i = 0; i < images.Count; i++) work();
        return 0;
    }, owned);

    private static void ReadAll(IDataView rows)
    {
        var column = rows.Schema["Pixels"];
        using var cursor = rows.GetRowCursor([column]);
        var get = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        while (cursor.MoveNext()) get(ref values);
    }
}
