namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>A Lua function, of which nothing is kept: its code is never run.</summary>
internal sealed class Torch7Function
{
    public static Torch7Function Skipped { get; } = new();
}
