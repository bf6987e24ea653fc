#pragma warning disable IDE1006, CA1822 // .NET Interactive's names, and members as scripts need them.

namespace MlNetVision.Notebooks;

/// <summary>The functions that .NET Interactive offers every cell. <c>display</c> stores an output; strings as they are, others by <c>ToString</c>.</summary>
public sealed class NotebookGlobals
{
    private readonly List<CellOutput> _outputs = [];

    public void display(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _outputs.Add(value is HtmlContent html ? html.ToOutput() : new CellOutput("text/plain", value.ToString() ?? ""));
    }

    public HtmlContent HTML(string html) => new(html);

    internal IReadOnlyList<CellOutput> TakeOutputs()
    {
        CellOutput[] taken = [.. _outputs];
        _outputs.Clear();
        return taken;
    }
}
