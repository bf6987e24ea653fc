namespace MlNetVision.Gradients.Shaping;

/// <summary>Operators that lay elements out anew, take them apart and put them together.</summary>
internal static class ShapingRules
{
    public static IEnumerable<(string Operator, IGradientRule Rule)> All =>
    [
        ("Reshape", new ReshapeRule()),
        ("Flatten", new ReshapeRule()),
        ("Squeeze", new ReshapeRule()),
        ("Unsqueeze", new ReshapeRule()),
        ("Expand", new ExpandRule()),
        ("Tile", new TileRule()),
        ("Transpose", new TransposeRule()),
        ("Concat", new ConcatRule()),
        ("Split", new SplitRule()),
        ("Slice", new SliceRule()),
        ("Gather", new GatherRule()),
        ("Pad", new PadRule()),
        ("DepthToSpace", new DepthToSpaceRule()),
        ("SpaceToDepth", new SpaceToDepthRule()),
    ];
}
