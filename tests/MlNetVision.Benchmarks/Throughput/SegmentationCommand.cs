using MlNetVision.Segmentation;

namespace MlNetVision.Benchmarks;

/// <summary><c>segmentation</c>: from files to masks of the pictures' own size, beside the bare network.</summary>
internal static class SegmentationCommand
{
    public static int Run(BenchmarkArguments arguments)
    {
        using var files = new BenchmarkFiles();
        var given = files.Pictures(arguments.Pictures);
        string[] pictures = [.. Enumerable.Range(0, arguments.Images ?? 100).Select(i => given[i % given.Count])];
        var model = arguments.Model ?? "streets";
        using var segmenter = Segmenter.Load(model);
        BesideNetwork.Print(Path.GetFileName(model), "from files to masks", segmenter.Model, pictures, arguments.Rounds,
            new Contender("ours, many pictures", paths => segmenter.SegmentManyAsync(paths).ToBlockingEnumerable().Select(o => o.Result ?? throw o.Error!).Count()),
            new Contender("ours, one picture at a time", paths => paths.Select(segmenter.Segment).Count()));
        return 0;
    }
}
