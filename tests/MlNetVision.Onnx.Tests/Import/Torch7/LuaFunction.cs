namespace MlNetVision.Onnx.Tests.Import.Torch7;

/// <summary>A function to be written.</summary>
/// <param name="Kind">6 without a number, 7 or 8 with one.</param>
/// <param name="Code">Its code.</param>
/// <param name="Upvalues">What it has caught.</param>
internal sealed record LuaFunction(int Kind, string Code, LuaTable Upvalues);
