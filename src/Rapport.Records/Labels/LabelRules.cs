using Rapport.Fhir;
using Rapport.Labelling;

namespace Rapport.Records;

/// <summary>The rules by which this node labels. Immutable, thread safe.</summary>
/// <param name="version">Which they are: newer ones have a higher number; 0 for what was before there were any, as tests need it.</param>
/// <param name="find">Finds the labels of a resource; given what finds the others of its record.</param>
internal sealed class LabelRules(int version, Func<Resource, Func<string, Resource?>, IReadOnlyList<FoundLabel>> find)
{
    /// <summary>Stands above the version in a stamp, so that it is not taken for a digest of rules, which stamps were at first.</summary>
    private const ulong Mark = 0x4C41_424CUL << 32;

    /// <summary>The rules that came with the program.</summary>
    internal static LabelRules OfProgram { get; } = new(Labeller.RulesVersion, Labeller.Label);

    /// <summary>Tells the rules apart in stored entries; 0 for none.</summary>
    internal ulong Stamp { get; } = version == 0 ? 0 : Mark | (uint)version;

    internal IReadOnlyList<FoundLabel> Find(Resource resource, Func<string, Resource?> resolve) => find(resource, resolve);

    /// <summary>Whether a stamp is that of newer rules than these. Clocks say nothing of it: nodes of two releases run side by side while they are updated.</summary>
    internal bool IsOlderThan(ulong stamp) => (stamp & ~(ulong)uint.MaxValue) == Mark && stamp > Stamp;
}
