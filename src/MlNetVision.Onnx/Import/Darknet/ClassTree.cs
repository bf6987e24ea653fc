namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>
/// A hierarchy of classes, as YOLO9000 has (arXiv:1612.08242, section 4): a network gives each class its probability among the children of the same
/// parent; the product from the root down is its own. Immutable and thread-safe.
/// </summary>
public sealed partial class ClassTree
{
    /// <summary>The published hierarchy has 17 levels.</summary>
    private const int MostLevels = 64;

    private readonly int[] _parents;
    private readonly int[] _childGroups;
    private readonly (int Start, int Count)[] _groups;

    /// <summary>Makes a hierarchy.</summary>
    /// <param name="parents">The class above each class, or −1; parents come before their children, and the children of one stand together.</param>
    /// <exception cref="BadModelException">They do not, there are none, or there are more than 64 levels; the message names the class by its number from 0.</exception>
    public ClassTree(IReadOnlyList<int> parents)
    {
        ArgumentNullException.ThrowIfNull(parents);
        if (parents.Count == 0) throw new BadModelException("The hierarchy has no classes; expected one or more.");
        (_parents, _childGroups) = ([.. parents], new int[parents.Count]);
        Array.Fill(_childGroups, -1);
        var levels = new int[parents.Count];
        List<(int Start, int Count)> groups = [];
        for (var c = 0; c < _parents.Length; c++)
        {
            var parent = _parents[c];
            if (parent < -1 || parent >= c || (c == 0 && parent != -1))
                throw new BadModelException($"Class {c} of the hierarchy has the parent {parent}; expected -1, or a class before it.");
            levels[c] = parent < 0 ? 0 : levels[parent] + 1;
            if (levels[c] >= MostLevels) throw new BadModelException($"Class {c} of the hierarchy is on level {levels[c] + 1}; expected at most {MostLevels} levels.");
            if (c > 0 && parent == _parents[c - 1]) groups[^1] = (groups[^1].Start, groups[^1].Count + 1);
            else AddGroup(groups, c, parent);
        }
        _groups = [.. groups];
        Levels = [.. Enumerable.Range(0, levels.Max() + 1).Select(level => (int[])[.. Enumerable.Range(0, levels.Length).Where(c => levels[c] == level)])];
    }

    /// <summary>The number of classes.</summary>
    public int Count => _parents.Length;

    /// <summary>The class above each class, or −1.</summary>
    public IReadOnlyList<int> Parents => _parents;

    /// <summary>The classes that share a parent: the first of them, and their number. Group 0 is the top one.</summary>
    public IReadOnlyList<(int Start, int Count)> Groups => _groups;

    /// <summary>The group of the children of each class; −1 for leaves.</summary>
    public IReadOnlyList<int> ChildGroups => _childGroups;

    /// <summary>The classes of each level, the top one first.</summary>
    private int[][] Levels { get; }

    private void AddGroup(List<(int Start, int Count)> groups, int c, int parent)
    {
        if (parent < 0 ? c > 0 : _childGroups[parent] >= 0)
            throw new BadModelException($"Class {c} of the hierarchy stands apart from the other children of {parent}; expected them together.");
        if (parent >= 0) _childGroups[parent] = groups.Count;
        groups.Add((c, 1));
    }
}
