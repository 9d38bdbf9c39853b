using System.Collections.Concurrent;
using Rapport.Consent;

namespace Rapport.Records;

/// <summary>
/// Decisions already made on one state of a compartment, within so many bytes: what was used longest ago goes first, so that whoever asks under many
/// purposes does not push out what is in use. Thread safe; finding takes no lock.
/// </summary>
/// <param name="budget">Bytes that it may keep.</param>
internal sealed class DecisionMemory(long budget)
{
    private readonly ConcurrentDictionary<(string Recipient, string Purpose), Remembered> _decisions = [];
    private readonly Lock _making = new();
    private long _tick;
    private long _bytes;

    internal long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The decision for this recipient and purpose, provided that it was made for the same memberships, theirs and of who passed something on to them, and time has not changed it.</summary>
    internal Decision? Find(Actor recipient, string purpose, Givers givers, DateTimeOffset at)
    {
        if (!_decisions.TryGetValue((recipient.Reference, purpose), out var known) || !known.Holds(recipient, givers, at))
        {
            return null;
        }

        known.LastUsed = Volatile.Read(ref _tick);
        return known.Decision;
    }

    internal void Keep(Actor recipient, string purpose, Givers givers, DateTimeOffset at, Decision decision)
    {
        var bytes = decision.Bytes + 200 + (recipient.RecipientReferences.Count * 100L);
        if (bytes > budget)
        {
            return;
        }

        lock (_making)
        {
            Forget((recipient.Reference, purpose));
            if (_bytes + bytes > budget)
            {
                MakeRoom(bytes);
            }

            _decisions[(recipient.Reference, purpose)] = new Remembered(decision, recipient.RecipientReferences, givers, at, bytes) { LastUsed = ++_tick };
            _bytes += bytes;
        }
    }

    /// <summary>A quarter of all goes at once, so that not every further decision sorts them.</summary>
    private void MakeRoom(long bytes)
    {
        foreach (var (key, _) in _decisions.OrderBy(d => d.Value.LastUsed).ToList())
        {
            if (_bytes + bytes <= budget - (budget / 4))
            {
                break;
            }

            Forget(key);
        }
    }

    private void Forget((string Recipient, string Purpose) key)
    {
        if (_decisions.TryRemove(key, out var known))
        {
            _bytes -= known.Bytes;
        }
    }

    private sealed record Remembered(Decision Decision, IReadOnlyList<string> References, Givers Givers, DateTimeOffset At, long Bytes)
    {
        internal long LastUsed { get; set; }

        internal bool Holds(Actor recipient, Givers givers, DateTimeOffset at) =>
            at >= At && Givers.Equals(givers) && (Decision.ValidUntil is not { } until || at < until)
            && (ReferenceEquals(References, recipient.RecipientReferences) || References.SequenceEqual(recipient.RecipientReferences));
    }
}
