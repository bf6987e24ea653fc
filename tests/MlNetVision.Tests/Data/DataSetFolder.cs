using MlNetVision.Data;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Data;

/// <summary>A folder that is filled with a data set and removed with its content.</summary>
internal sealed class DataSetFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("mlnetvision-data-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public string PathOf(string name) => Path.Combine(Root, name);

    public DataSetFolder Text(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), content);
        return this;
    }

    /// <summary>An image of 100×50.</summary>
    public DataSetFolder Image(params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
            using var image = new RgbImage(100, 50);
            image.Save(PathOf(name));
        }
        return this;
    }

    /// <summary>An annotation of Pascal VOC for an image of 100×50, one object a line.</summary>
    public DataSetFolder Voc(string name, params string[] objects) =>
        Text(name, $"<annotation>\n<filename>{Path.GetFileNameWithoutExtension(name)}.png</filename>\n<size><width>100</width><height>50</height></size>\n{string.Join('\n', objects)}\n</annotation>");

    public static string VocObject(string label, double left, double top, double right, double bottom, string more = "") =>
        FormattableString.Invariant($"<object><name>{label}</name>{more}<bndbox><xmin>{left}</xmin><ymin>{top}</ymin><xmax>{right}</xmax><ymax>{bottom}</ymax></bndbox></object>");

    public DetectionDataSet Open(DetectionDataSetOptions? options = null) => DetectionDataSet.Open(Root, options);

    /// <summary>The error where nothing may be left out.</summary>
    public string Error(string name = "", DetectionDataSetOptions? options = null) => Assert
        .ThrowsExactly<BadDataSetException>(() => DetectionDataSet.Open(PathOf(name), (options ?? new()) with { Strict = true })).Message;
}
