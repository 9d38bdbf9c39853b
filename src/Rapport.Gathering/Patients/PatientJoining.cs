using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>Adds to one Patient what others tell of the same person, one after the other, within a limit. Not thread safe.</summary>
/// <param name="parts">The Patient that they are added to.</param>
/// <param name="limit">How much goes along.</param>
/// <param name="cancel">Gives up.</param>
internal sealed class PatientJoining(PatientParts parts, CarryingLimit limit, CancellationToken cancel)
{
    private readonly ItemDigests _digests = new();
    private readonly Dictionary<string, HashSet<UInt128>> _there = [];

    /// <summary>Adds what another source tells and nobody newer does; how many items of which element.</summary>
    internal List<(string Element, int Count)> Add(int version, JsonElement other)
    {
        List<(string Element, int Count)> counts = [];
        var isContainedSmall = !other.TryGetProperty("contained", out var theirs) || limit.HasPlaceFor("contained", theirs);
        var (root, contained) = isContainedSmall ? ContainedResources.Apart(parts, version, other) : (other, []);
        var told = parts.Names.Where(name => PatientElements.Says(name, parts.Items(name), parts.Has))
            .Select(PatientElements.OneOf).ToHashSet();
        var doesContainedGo = false;
        foreach (var property in root.EnumerateObject().Where(property => !PatientElements.IsOfTheResource(property.Name)))
        {
            var isMany = property.Value.ValueKind == JsonValueKind.Array;
            List<JsonElement> added = [];
            foreach (var item in MissingOf(property, root, told))
            {
                cancel.ThrowIfCancellationRequested();
                var refers = ContainedResources.RefersInside(item);
                if ((!refers || isContainedSmall) && limit.TryTake(property.Name, item, refers && !doesContainedGo ? contained : []))
                {
                    added.Add(item);
                    doesContainedGo |= refers;
                }
            }

            if (added.Count > 0)
            {
                parts.Add(property.Name, added, isMany);
                counts.Add((property.Name, added.Count));
            }
        }

        if (doesContainedGo && contained.Count > 0)
        {
            parts.Add("contained", contained, isMany: true);
            counts.Add(("contained", contained.Count));
        }

        return counts;
    }

    private IEnumerable<JsonElement> MissingOf(JsonProperty property, JsonElement root, HashSet<string> told)
    {
        var name = property.Name;
        var isMany = property.Value.ValueKind == JsonValueKind.Array;
        IEnumerable<JsonElement> items = isMany ? property.Value.EnumerateArray() : [property.Value];
        if (PatientElements.IsList(name))
        {
            return items.TakeWhile(_ => !limit.IsFull(name))
                .Where(item => limit.HasPlaceFor(name, item) && ThereIn(name).Add(_digests.Of(name, item)));
        }

        if (PatientElements.IsByUrl(name))
        {
            var urls = parts.Items(name).Select(PatientElements.UrlOf).ToHashSet();
            return items.Where(item => !urls.Contains(PatientElements.UrlOf(item)));
        }

        return told.Contains(PatientElements.OneOf(name)) || !PatientElements.Says(name, items, other => root.TryGetProperty(other, out _))
            || (!isMany && parts.Has(name))
                ? []
                : items;
    }

    /// <summary>What is in a list already; looked at once, when somebody has something to add to it.</summary>
    private HashSet<UInt128> ThereIn(string list)
    {
        if (!_there.TryGetValue(list, out var there))
        {
            _there[list] = there = [];
            foreach (var item in parts.Items(list))
            {
                cancel.ThrowIfCancellationRequested();
                there.Add(_digests.Of(list, item));
            }
        }

        return there;
    }
}
