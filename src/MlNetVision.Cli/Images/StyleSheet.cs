using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Cli.Images;

/// <summary>A sheet of all styles by all inputs: a row a photo, a column a style; several threads may add at once.</summary>
internal sealed class StyleSheet : IDisposable
{
    private readonly ContactSheet _sheet;
    private readonly IReadOnlyList<ImageInput> _inputs;
    private readonly IReadOnlyList<string> _styles;
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);
    private readonly bool[] _drawn;

    /// <exception cref="ArgumentException">There are more images than a sheet has room for.</exception>
    public StyleSheet(IReadOnlyList<ImageInput> inputs, IReadOnlyList<string> styles)
    {
        (_inputs, _styles, _drawn) = (inputs, styles, new bool[inputs.Count]);
        for (var i = 0; i < inputs.Count; i++) _rows[inputs[i].Path] = i;
        _sheet = new ContactSheet(inputs.Count * (styles.Count + 1), new ContactSheetOptions { Columns = styles.Count + 1 });
    }

    /// <summary>Draws a photo at the start of its row.</summary>
    public void AddPhoto(string image, RgbImage photo)
    {
        _sheet.Add(_rows[image] * (_styles.Count + 1), photo, _inputs[_rows[image]].RelativeName);
        _drawn[_rows[image]] = true;
    }

    /// <summary>Draws a photo in one of the styles.</summary>
    public void Add(string image, int style, RgbImage styled) => _sheet.Add(_rows[image] * (_styles.Count + 1) + 1 + style, styled, _styles[style]);

    /// <summary>Marks what is missing and writes the sheet.</summary>
    public void Save(string path)
    {
        // Rows are drawn whole or not at all, so that the first free cell is the row's own.
        for (var i = 0; i < _drawn.Length; i++)
            for (var c = 0; c <= _styles.Count && !_drawn[i]; c++) _sheet.AddMissing(_inputs[i].RelativeName);
        _sheet.Save(path);
    }

    public void Dispose() => _sheet.Dispose();
}
