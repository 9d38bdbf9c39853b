using System.Collections.Concurrent;

namespace Rapport.Consent;

/// <summary>What was passed on reaches at one request: worked out once for each, however many entries are asked about. Thread safe.</summary>
internal sealed class Reaches(CompiledConsents compiled, DisclosureRequest request)
{
    private readonly ConcurrentDictionary<PassedOn, EntrySet?> _known = new(ReferenceEqualityComparer.Instance);

    internal EntrySet? Of(PassedOn passed) => _known.GetOrAdd(passed, one => Reach.Of(compiled, one, request));
}
