using System.CommandLine;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.MlNet;

namespace MlNetVision.Cli.Classify;

/// <summary><c>classify INPUT…</c>: the best classes of images, as names with scores, drawn labels and JSON.</summary>
internal static class ClassifyCommand
{
    public static Demonstration Demonstration { get; } = new(
        "Classification: the bundled model 'flowers' names three drawn flowers.",
        [.. new[] { "rose.png", "sunflower.png", "tulip.png" }.Select(name => (name, Path.ChangeExtension(name, ".named.png")))],
        async (run, cancellationToken) =>
        {
            using var classifier = ImageClassifier.Load("flowers");
            return await run.RunAsync(new ClassificationTask(classifier), cancellationToken);
        });

    public static Command Create(Terminal terminal)
    {
        var images = new ImageOptions(standalone: "With --save: of ML.NET's own transforms, so that ML.NET alone runs the .zip.");
        var options = new ClassifierOptions();
        var top = NumberOption.Create("--top", "Number of classes per image, the best first. [default: 5]", "COUNT", 1);
        var heatmap = new Option<string?>(OptionalValues.Heatmap)
        {
            Description = "With -o: also draw a heatmap of CLASS, or without it of the best class, over each image, as NAME.heatmap.png.",
            HelpName = "CLASS",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new DocumentedCommand("classify", "Classify images with a model such as MobileNet or ResNet.")
        {
            Examples =
            [
                ("mlnetvision classify garden.jpg", "Rose, sunflower or tulip, by the bundled model."),
                ("mlnetvision classify photos -m mobilenetv2-12 --labels imagenet.names --top 3 -o out",
                    "ImageNet's classes, drawn into images in out/, after 'model pull mobilenetv2-12'."),
                ("mlnetvision classify photos -m resnet50.onnx --preprocess imagenet --resize crop --json found.jsonl",
                    "Any ONNX classifier; one line of JSON per image."),
                ("mlnetvision classify photos -m resnet50.onnx --json found.jsonl --resume", "Goes on where the same run was stopped or killed."),
                ("mlnetvision classify garden.jpg -o out --heatmap roses", "Writes out/garden.heatmap.png: where the network sees roses."),
                ("mlnetvision classify photos -m resnet50.onnx --device cuda,cpu", "On a GPU of NVIDIA where there is one, else on the processor."),
                ("mlnetvision classify -m flowers.onnx --save flowers.zip --standalone",
                    "Only saves the model, for programs that have ML.NET and not this library."),
            ],
        };
        images.AddTo(command);
        options.AddTo(command);
        command.Add(top);
        command.Add(heatmap);
        command.SetRun(terminal, async (parsed, cancellationToken) =>
        {
            var run = images.Read(parsed, terminal, options.FilesOf(parsed));
            var isHeatmap = parsed.GetResult(heatmap) is not null;
            if (isHeatmap && run.OutputFolder is null)
                throw new UsageException($"{heatmap.Name} was given without -o FOLDER, which says where the images go.");
            using var classifier = options.Load(parsed, terminal, parsed.GetValue(top));
            images.Save(parsed, terminal, classifier.SaveZip, classifier.SaveStandaloneZip);
            if (run.Inputs.Count == 0) return ExitCode.Done;
            DeviceOption.Open(terminal, classifier);
            using var heatmaps = isHeatmap ? new Heatmaps(classifier, parsed.GetValue(heatmap)) : null;
            return await run.RunAsync(new ClassificationTask(classifier, heatmaps?.Output) { Limits = options.Limits(parsed) }, cancellationToken);
        });
        return command;
    }
}
