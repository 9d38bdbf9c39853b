using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>What became of saying that somebody is away.</summary>
public enum AbsenceStatus
{
    /// <summary>It holds.</summary>
    Set,

    /// <summary>A day is missing, past, or the last comes before the first; or it is for longer than a year.</summary>
    WrongDays,

    /// <summary>Others of the team changed theirs again and again at the same moment.</summary>
    Busy,
}

/// <summary>Who of the care teams is away when, as members say it of themselves. Thread safe.</summary>
public sealed class TeamAbsences
{
    /// <summary>The most days that somebody is away at once.</summary>
    public const int MostDays = 366;

    private const int MostKept = 500, Tries = 20;

    private readonly TeamSheet<StoredAbsences> _sheet;
    private readonly TeamPromises _promises;
    private readonly TimeProvider _clock;

    internal TeamAbsences(Database database, Keyring keyring, TeamPromises promises, TimeProvider clock) =>
        (_sheet, _promises, _clock) = (new TeamSheet<StoredAbsences>(database, keyring, "team-absences", SealedTalk.Json.StoredAbsences), promises, clock);

    /// <summary>Who of a team is away when.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<TeamAway> FindAsync(CareTeamId team, CancellationToken cancel) => new(await ZoneAsync(team, cancel), (await _sheet.FindAsync(team, cancel))?.Value.All ?? []);

    /// <summary>Somebody says that they are away: in place of what they said before of days to come. Whoever asks has made sure that they, and who stands in, are of the team.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<AbsenceStatus> SetAsync(CareTeamId team, Absence absence, CancellationToken cancel)
    {
        var today = new TeamAway(await ZoneAsync(team, cancel), []).DayOf(_clock.GetUtcNow());
        return absence.Until < absence.From || absence.Until < today || absence.Until.DayNumber - absence.From.DayNumber >= MostDays || absence.From.DayNumber - today.DayNumber > MostDays ? AbsenceStatus.WrongDays
            : await ChangeAsync(team, all => [.. all.Where(known => known.Person != absence.Person || known.Until < today), absence], today, cancel) ? AbsenceStatus.Set : AbsenceStatus.Busy;
    }

    /// <summary>Somebody is back, or goes on as if they had not said that they are away. What went elsewhere before today stays there if they said so.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> EndAsync(CareTeamId team, PersonId person, CancellationToken cancel)
    {
        var today = new TeamAway(await ZoneAsync(team, cancel), []).DayOf(_clock.GetUtcNow());
        return await ChangeAsync(
            team, all => [.. all.Select(known => known.Person != person || known.Until < today ? known : known with { Until = today.AddDays(-1) }).Where(static known => known.From <= known.Until)], today, cancel);
    }

    private async Task<bool> ChangeAsync(CareTeamId team, Func<IReadOnlyList<Absence>, IEnumerable<Absence>> change, DateOnly today, CancellationToken cancel)
    {
        for (var i = 0; i < Tries; i++)
        {
            var (before, version) = await _sheet.FindAsync(team, cancel) is var (known, seen) ? (known.All, seen) : ([], 0);

            // What is over and left nothing elsewhere is of no use to anybody.
            List<Absence> next = [.. change(before).Where(absence => absence.IsKept || absence.Until >= today).TakeLast(MostKept)];
            if (await _sheet.SetAsync(team, new StoredAbsences(next), version, cancel))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<TimeZoneInfo> ZoneAsync(CareTeamId team, CancellationToken cancel) => (await _promises.FindAsync(team, cancel))?.Promise.Hours.Zone ?? TimeZoneInfo.Utc;
}

/// <summary>Absences as they are stored.</summary>
internal sealed record StoredAbsences(IReadOnlyList<Absence> All);
