namespace MlNetVision.Pipelines;

/// <summary>
/// The columns that our transforms hand on to each other. Saved custom mappings know columns by fixed names only,
/// so user columns are copied to and from these at the ends of a chain.
/// </summary>
internal static class PipelineColumns
{
    /// <summary>Text: the path of an image.</summary>
    public const string Path = "MlNetVision.Path";

    /// <summary>Text: nothing.</summary>
    public const string Empty = "MlNetVision.Empty";

    /// <summary>Text: the parameters of a transform as JSON, the same in every row.</summary>
    public const string Settings = "MlNetVision.Settings";

    /// <summary>Vector of byte: an image file.</summary>
    public const string Encoded = "MlNetVision.Encoded";

    /// <summary>Image: the upright image.</summary>
    public const string Image = "MlNetVision.Image";

    /// <summary>Image: the image at the network's size.</summary>
    public const string Resized = "MlNetVision.Resized";

    /// <summary>Vector of float: the <see cref="Imaging.ImageGeometry"/> of the row.</summary>
    public const string Geometry = "MlNetVision.Geometry";

    /// <summary>Detections of a row.</summary>
    public const string Detections = "MlNetVision.Detections";

    /// <summary>Mask of a row.</summary>
    public const string Mask = "MlNetVision.Mask";

    /// <summary>Image: the stylised image of a row.</summary>
    public const string Stylized = "MlNetVision.Stylized";

    /// <summary>Text: the class of the highest score of a row.</summary>
    public const string PredictedLabel = "MlNetVision.PredictedLabel";

    /// <summary>Vector of text: the classes of the highest scores of a row.</summary>
    public const string TopLabels = "MlNetVision.TopLabels";

    /// <summary>Vector of float: their scores.</summary>
    public const string TopScores = "MlNetVision.TopScores";

    /// <summary>Unsigned integer: a class, from 0.</summary>
    public const string ClassIndex = "MlNetVision.ClassIndex";

    /// <summary>Vector of byte: the network's input, and the name that its input has inside a pipeline.</summary>
    public const string Pixels = "MlNetVision.Pixels";

    /// <summary>Vector of float: all outputs of the network, one after the other, and the name of that output inside a pipeline.</summary>
    public const string Outputs = "MlNetVision.Outputs";
}
