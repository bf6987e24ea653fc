using MlNetVision.Segmentation;

namespace MlNetVision.Benchmarks;

/// <summary><c>segmentation</c>: from files to masks of the images' own size, beside the bare network.</summary>
internal static class SegmentationCommand
{
    public static int Run(BenchmarkArguments arguments)
    {
        using var files = new BenchmarkFiles();
        var given = files.Images(arguments.Files);
        string[] images = [.. Enumerable.Range(0, arguments.Count ?? 100).Select(i => given[i % given.Count])];
        var model = arguments.Model ?? "streets";
        using var segmenter = Segmenter.Load(model);
        BesideNetwork.Print(Path.GetFileName(model), "from files to masks", segmenter.Model, images, arguments.Rounds,
            new Contender("ours, many images", paths => segmenter.SegmentManyAsync(paths).ToBlockingEnumerable().Select(o => o.Result ?? throw o.Error!).Count()),
            new Contender("ours, one image at a time", paths => paths.Select(p => segmenter.Segment(p)).Count()));
        return 0;
    }
}
