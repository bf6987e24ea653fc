namespace MlNetVision.Onnx.Tests.Import.Torch7;

/// <summary>A table to be written; entries may be added later, so that it can hold itself.</summary>
internal sealed class LuaTable
{
    public List<(object Key, object? Value)> Entries { get; } = [];

    public static LuaTable Of(params (object Key, object? Value)[] entries)
    {
        var table = new LuaTable();
        table.Entries.AddRange(entries);
        return table;
    }

    public static LuaTable Sequence(params object[] values) => Of([.. values.Select((v, i) => ((object)(double)(i + 1), (object?)v))]);
}
