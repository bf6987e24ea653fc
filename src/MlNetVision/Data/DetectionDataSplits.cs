namespace MlNetVision.Data;

/// <summary>The parts of a data set for training and validation, by the names that <see cref="DetectionDataSetOptions.Split"/> takes.</summary>
/// <param name="Train">The part for training: <c>train</c>.</param>
/// <param name="Validation">The part for validation: <c>val</c>, <c>valid</c> or <c>validation</c>; null: the data set has none.</param>
public sealed record DetectionDataSplits(string Train, string? Validation)
{
    private const string Training = "train";

    private static readonly string[] Validations = ["val", "valid", "validation"];

    /// <summary>
    /// Finds the parts of a data set: lists in <c>ImageSets/Main</c> (Pascal VOC), <c>annotations/*train*.json</c> (COCO), keys of a <c>data.yaml</c> or
    /// <c>.data</c>, folders in <c>images/</c> (YOLO), or subfolders that are data sets themselves (Roboflow).
    /// </summary>
    /// <param name="path">As for <see cref="DetectionDataSet.Open"/>.</param>
    /// <returns>The parts; null where there is none for training, so that all images are.</returns>
    /// <exception cref="BadDataSetException">A <c>data.yaml</c> or <c>.data</c> cannot be read.</exception>
    public static DetectionDataSplits? Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Has(path, Training) ? new(Training, Array.Find(Validations, name => Has(path, name))) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadDataSetException($"{path}: the data set cannot be read: {e.Message}", e);
        }
    }

    private static bool Has(string path, string split)
    {
        if (File.Exists(path)) return YoloImages.IsDataFile(path) && YoloDataFile.Load(path).Has(split);
        if (!Directory.Exists(path)) return false;
        if (DataSetLayout.SplitFolder(path, new DetectionDataSetOptions { Split = split }) is not null) return true;
        return DataSetLayout.Recognised(path) switch
        {
            [DetectionDataSetFormat.PascalVoc] => File.Exists(Path.Combine(path, "ImageSets", "Main", split + ".txt")),
            [DetectionDataSetFormat.Coco] => DataSetLayout.CocoJsons(path, split).Count == 1,
            [DetectionDataSetFormat.Yolo] => (DataSetLayout.YoloYaml(path) ?? DataSetLayout.DarknetData(path)) is { } file
                ? YoloDataFile.Load(file).Has(split)
                : Directory.Exists(Path.Combine(path, "images", split)),
            _ => false,
        };
    }
}
