using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Detection;
using MlNetVision.Detection.Labels;
using MlNetVision.Files;

namespace MlNetVision.Cli.Detect;

/// <summary><c>--save-labels</c> and <c>--label-format</c>.</summary>
internal sealed class LabelOptions
{
    private readonly Option<string?> _folder = new("--save-labels")
    {
        Description = "Write what is found as labels to this folder, under the inputs' relative names, to correct by hand or to train on. "
            + "Label files that are there are replaced.",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> _format = ChoiceOption.Create<LabelFormat>(
        "--label-format", "What --save-labels writes: yolo (text, data.yaml), voc (XML) or coco (instances.json). [default: yolo]");

    public void AddTo(Command command)
    {
        command.Add(_folder);
        command.Add(_format);
    }

    /// <summary>The labels that are asked for; null: there are none.</summary>
    /// <exception cref="UsageException">Nothing can be written there.</exception>
    public LabelFiles? Read(ParseResult parsed)
    {
        var format = parsed.GetChoice<LabelFormat>(_format);
        if (parsed.GetValue(_folder) is not { } folder)
        {
            return format is null ? null : throw new UsageException(
                $"{_format.Name} was given without {_folder.Name} FOLDER, which says where the labels go.");
        }
        OutputPath.CheckFolder(_folder.Name, folder);
        return new(folder, format ?? LabelFormat.Yolo);
    }

    /// <summary>Checks that the files of all images replace none that the command reads; those of each image get another name there.</summary>
    /// <exception cref="UsageException">One would.</exception>
    public void Protect(LabelFiles? files, UsedFiles used)
    {
        foreach (var path in files?.OfAllImages ?? []) OutputPath.CheckFile(_folder.Name, path, used);
    }
}

/// <summary>A format of labels.</summary>
internal enum LabelFormat
{
    Yolo,
    Voc,
    Coco,
}

/// <summary>The files of labels in a folder.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Format">Their format.</param>
internal sealed record LabelFiles(string Folder, LabelFormat Format)
{
    /// <summary>The files that there is one of for all images.</summary>
    public IReadOnlyList<string> OfAllImages => Format switch
    {
        LabelFormat.Yolo => [Path.Join(Folder, "data.yaml"), Path.Join(Folder, "images.list")],
        LabelFormat.Coco => [Path.Join(Folder, "instances.json")],
        _ => [],
    };

    /// <summary>The file of each image; null: there is none.</summary>
    public ImageOutput<DetectionResult>? OfEachImage => Format switch
    {
        LabelFormat.Yolo => new("", ".txt", (_, result, path) => AtomicFile.WriteText(path, DetectionLabels.ToYolo(result))) { Folder = Folder },
        LabelFormat.Voc => new("", ".xml", (_, result, path) => AtomicFile.WriteText(path, DetectionLabels.ToPascalVoc(result))) { Folder = Folder },
        _ => null,
    };

    /// <summary>Opens the file of all images; null: there is none.</summary>
    /// <param name="classNames">The names of the classes by index.</param>
    public GatheredFile<DetectionResult>? Gather(IReadOnlyList<string> classNames) => Format switch
    {
        LabelFormat.Yolo => new YoloDataSet(OfAllImages[0], OfAllImages[1], classNames),
        LabelFormat.Coco => new CocoInstances(OfAllImages[0], classNames),
        _ => null,
    };
}

/// <summary>YOLO's <c>data.yaml</c> with the list of the images that have labels: an image that failed is none of background.</summary>
internal sealed class YoloDataSet(string data, string list, IReadOnlyList<string> classNames) : GatheredFile<DetectionResult>
{
    private readonly List<string> _images = [];
    private int _keyPoints;

    public override string Name => $"labels: {data}";

    protected override string Describe(ImageInput input, DetectionResult result) =>
        FormattableString.Invariant($"{DetectionLabels.KeyPointsOf(result)}");

    protected override void Take(ImageInput input, string entry)
    {
        _keyPoints = Math.Max(_keyPoints, int.Parse(entry, CultureInfo.InvariantCulture));
        if (input.IsStandardInput) return;
        // Programs of Ultralytics take "./" for the folder of the list, and any other relative path for one from the current folder.
        var path = Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(list))!, Path.GetFullPath(input.Path));
        _images.Add(PortablePath.Of(Path.IsPathRooted(path) ? path : Path.Join(".", path)));
    }

    protected override void Write()
    {
        AtomicFile.WriteText(list, string.Concat(_images.Select(image => $"{image}\n")));
        AtomicFile.WriteText(data, DetectionLabels.ToYoloData(classNames, Path.GetFileName(list), _keyPoints));
    }
}

/// <summary>COCO's <c>instances.json</c>.</summary>
internal sealed class CocoInstances(string path, IReadOnlyList<string> classNames) : GatheredFile<DetectionResult>
{
    private readonly CocoLabelWriter _writer = new(path, classNames);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public override string Name => $"labels: {path}";

    // Of two images with one relative name, the second is known by its path.
    protected override string Describe(ImageInput input, DetectionResult result) => CocoLabelWriter.Describe(
        result, PortablePath.Of(_names.Add(input.RelativeName) ? input.RelativeName : Path.GetFullPath(input.Path)));

    protected override void Take(ImageInput input, string entry)
    {
        _names.Add(input.RelativeName);
        _writer.Add(entry);
    }

    protected override void Write() => _writer.Commit();

    public override void Dispose()
    {
        base.Dispose();
        _writer.Dispose();
    }
}
