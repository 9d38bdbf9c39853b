using System.Collections.Concurrent;
using Rapport.Data;
using Rapport.People;

namespace Rapport.Conversations;

/// <summary>
/// In which conversations something waits for somebody: it is new, or a check-in is to be answered. Every page asks it. What was worked out stays in memory as long as nothing of theirs changed: by the numbers of what is new for them and of what they
/// read, by in how many conversations they are, and whom they block, all as the database has them when it is asked. Thread safe.
/// </summary>
public sealed class UnreadTalks
{
    private const int MostPeople = 5000;

    private readonly ConversationDesk _desk;
    private readonly ConversationStore _store;
    private readonly ConversationKeys _keys;
    private readonly PeopleModule _people;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<PersonId, Known> _known = new();

    internal UnreadTalks(ConversationDesk desk, ConversationStore store, ConversationKeys keys, PeopleModule people, TimeProvider clock) => (_desk, _store, _keys, _people, _clock) = (desk, store, keys, people, clock);

    /// <summary>The conversations in which something waits for somebody as one of the members that they are.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<ConversationId>> OfAsync(Talker talker, CancellationToken cancel)
    {
        // Asked first: what is read afterwards is at least as new.
        var (numbers, places) = await _store.CountedAsync(talker.References, MarkTable.NumberOf(talker.Person.Id), cancel);
        var blocked = await _people.Blocks.SinceAsync(talker.Person.Id, cancel);
        if (!_known.TryGetValue(talker.Person.Id, out var known) || !known.Holds(talker.References, numbers, places, blocked) || !await AreThereAsync(known, cancel))
        {
            var views = await _desk.ListAsync(talker, cancel);
            known = new Known(talker.References, numbers, places, blocked, [.. views.Select(Waiting.Of).Where(static waiting => waiting.IsUnread || waiting.CheckIns.Count > 0)]);
            if (_known.Count >= MostPeople)
            {
                _known.Clear();
            }

            _known[talker.Person.Id] = known;
        }

        var now = _clock.GetUtcNow();
        return [.. known.Waiting.Where(waiting => waiting.IsUnread || waiting.CheckIns.Any(checkIn => checkIn.WaitsAt(now) is not null)).Select(static waiting => waiting.Id)];
    }

    /// <summary>Whether no record was erased that one of them is about: of that nothing is told.</summary>
    private async Task<bool> AreThereAsync(Known known, CancellationToken cancel)
    {
        var patients = known.Waiting.Select(static waiting => waiting.Patient).Distinct().ToList();
        if (patients.Count == 0)
        {
            return true;
        }

        var keys = await _keys.OfAsync(patients, cancel);
        return patients.TrueForAll(keys.Has);
    }

    /// <summary>A conversation in which something waits, or will.</summary>
    private sealed record Waiting(ConversationId Id, PatientId Patient, bool IsUnread, IReadOnlyList<RunningCheckIn> CheckIns)
    {
        internal static Waiting Of(TalkView view) => new(view.Id, view.Patient, view.IsUnread, view.IsPatients ? [.. CheckInDesk.Running(view)] : []);
    }

    /// <summary>What was worked out, and of what.</summary>
    private sealed record Known(
        IReadOnlyList<string> Members, IReadOnlyDictionary<string, long> Numbers, long Places, IReadOnlyDictionary<PersonId, DateTimeOffset> Blocked, IReadOnlyList<Waiting> Waiting)
    {
        internal bool Holds(IReadOnlyList<string> members, IReadOnlyDictionary<string, long> numbers, long places, IReadOnlyDictionary<PersonId, DateTimeOffset> blocked) =>
            Places == places && Members.SequenceEqual(members) && AreSame(Numbers, numbers) && AreSame(Blocked, blocked);

        private static bool AreSame<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> one, IReadOnlyDictionary<TKey, TValue> other) =>
            one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out var value) && EqualityComparer<TValue>.Default.Equals(pair.Value, value));
    }
}
