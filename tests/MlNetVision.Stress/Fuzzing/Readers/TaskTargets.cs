using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Segmentation;
using MlNetVision.Style;

namespace MlNetVision.Stress.Fuzzing.Readers;

/// <summary>Models of each task, opened and run on one image: as ONNX with their metadata, and as saved pipelines.</summary>
internal static class TaskTargets
{
    private const double SessionShare = 0.1;
    private static readonly Type[] Refusals = [typeof(BadModelException)];

    public static IEnumerable<FuzzTarget> All =>
    [
        Onnx("detector", TinyModels.Detector, Detect),
        Onnx("segmenter", TinyModels.Segmenter, Segment),
        Onnx("classifier", TinyModels.Classifier, Classify),
        Onnx("stylizer", TinyModels.Stylizer, Stylize),
        Zip("detector", TinyModels.Detector, Detect, Saved(b => ObjectDetector.Load(b), SavedModels.SaveZip), Saved(b => ObjectDetector.Load(b), SavedModels.SaveStandaloneZip)),
        Zip("segmenter", TinyModels.Segmenter, Segment, Saved(b => Segmenter.Load(b), SavedModels.SaveZip)),
        Zip("classifier", TinyModels.Classifier, Classify, Saved(b => ImageClassifier.Load(b), SavedModels.SaveZip), Saved(b => ImageClassifier.Load(b), SavedModels.SaveStandaloneZip)),
        Zip("stylizer", TinyModels.Stylizer, Stylize, Saved(b => ImageStylizer.Load(b), SavedModels.SaveZip)),
    ];

    private static FuzzTarget Onnx(string task, Func<byte[]> seed, Action<byte[], RgbImage> run) =>
        new($"onnx-{task}", $"a {task}'s ONNX network with its metadata, opened and run", "onnx", () => [seed()], _ => Run(run))
        {
            Refusals = Refusals, Damage = OnnxDamage.ApplyToMetadata, Share = SessionShare,
        };

    private static FuzzTarget Zip(string task, Func<byte[]> seed, Action<byte[], RgbImage> run, params Func<byte[], byte[]>[] saves) =>
        new($"zip-{task}", $"a saved {task} (.zip), opened and run", "zip", () => [.. saves.Select(save => save(seed()))], _ => Run(run))
        {
            Refusals = Refusals, Damage = ZipDamage.Apply, Share = SessionShare,
        };

    private static Func<byte[], byte[]> Saved<TModel>(Func<byte[], TModel> load, Action<TModel, string> save) where TModel : IDisposable => bytes =>
    {
        using var model = load(bytes);
        return TinyModels.Saved(path => save(model, path));
    };

    private static Action<byte[]> Run(Action<byte[], RgbImage> run)
    {
        var image = new RgbImage(40, 30);
        return bytes => run(bytes, image);
    }

    private static void Detect(byte[] bytes, RgbImage image)
    {
        using var detector = ObjectDetector.Load(bytes);
        foreach (var found in detector.Detect(image).Detections)
            if (!float.IsFinite(found.Score) || !float.IsFinite(found.Box.Area)) throw new WrongResultException($"a detection of {found}");
    }

    private static void Segment(byte[] bytes, RgbImage image)
    {
        using var segmenter = Segmenter.Load(bytes);
        var mask = segmenter.Segment(image).Mask;
        if ((mask.Width, mask.Height) != (image.Width, image.Height)) throw new WrongResultException("a mask of another size than the image");
    }

    private static void Classify(byte[] bytes, RgbImage image)
    {
        using var classifier = ImageClassifier.Load(bytes);
        foreach (var found in classifier.Classify(image).Predictions)
            if (!float.IsFinite(found.Score)) throw new WrongResultException($"a prediction of {found}");
    }

    private static void Stylize(byte[] bytes, RgbImage image)
    {
        using var stylizer = ImageStylizer.Load(bytes);
        using var result = stylizer.Stylize(image);
        if (result.Stylized.Width < 1) throw new WrongResultException("an image without width");
    }
}
