using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Rapport.Fhir;
using Rapport.Labelling;

namespace Rapport.Records;

/// <summary>The rules by which this node labels. Immutable, thread safe.</summary>
/// <param name="version">Tells them from other rules; null for what was before there were any, as tests need it.</param>
/// <param name="find">Finds the labels of a resource; given what finds the others of its record.</param>
/// <param name="since">Since when the node runs: what was labelled by other rules after that was labelled by a newer node.</param>
internal sealed class LabelRules(string? version, Func<Resource, Func<string, Resource?>, IReadOnlyList<FoundLabel>> find, DateTimeOffset since)
{
    /// <summary>Tells the rules apart in stored entries; 0 for none.</summary>
    internal ulong Stamp { get; } = version is null ? 0 : Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(version))));

    internal DateTimeOffset Since => since;

    internal static LabelRules OfProgram(TimeProvider clock) => new(Labeller.RulesVersion, Labeller.Label, clock.GetUtcNow());

    internal IReadOnlyList<FoundLabel> Find(Resource resource, Func<string, Resource?> resolve) => find(resource, resolve);
}
