using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Style;

namespace MlNetVision.Benchmarks;

/// <summary><c>style</c>: from files to painted images of their own size, beside the bare network at that size.</summary>
internal static class StyleCommand
{
    public static int Run(BenchmarkArguments arguments)
    {
        using var files = new BenchmarkFiles();
        var photo = files.Images(arguments.Files)[0];
        var model = arguments.Model ?? "starry-night";
        using var stylizer = ImageStylizer.Load(model);
        var network = stylizer.Model.Clone();
        if (stylizer.TakesAnySize)
        {
            using var image = RgbImage.Load(photo);
            InputShape.SetSize(network, image.Height, image.Width);
        }
        BesideNetwork.Print(Path.GetFileName(model), "from files to painted images", network, [.. Enumerable.Repeat(photo, arguments.Count ?? 10)], arguments.Rounds,
            new Contender("ours, many images", paths => stylizer.StylizeManyAsync(paths).ToBlockingEnumerable().Count(o =>
            {
                using var result = o.Result ?? throw o.Error!;
                return true;
            })),
            new Contender("ours, one image at a time", paths => paths.Count(path =>
            {
                using var result = stylizer.Stylize(path);
                return true;
            })));
        return 0;
    }
}
