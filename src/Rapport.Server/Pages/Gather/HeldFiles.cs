using System.Collections.Concurrent;
using Rapport.Data;

namespace Rapport.Server.Pages.Gather;

/// <summary>
/// Files that wait for their owner to say that they are about them, so that the file need not be sent twice. In memory only, one for each
/// person, for ten minutes. When one is gone (a restart, another server), the page asks for the file again. Thread safe.
/// </summary>
internal sealed class HeldFiles(TimeProvider clock)
{
    private const int MostHeld = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<PersonId, Held> _held = [];

    /// <summary>Keeps a file, instead of the one kept for this person before.</summary>
    public void Hold(PersonId person, UploadedFile file)
    {
        var now = clock.GetUtcNow();
        foreach (var (other, held) in _held)
        {
            if (held.Until <= now)
            {
                _held.TryRemove(other, out _);
            }
        }

        if (_held.Count < MostHeld || _held.ContainsKey(person))
        {
            _held[person] = new Held(file, now + Patience);
        }
    }

    /// <summary>Gives the file back and forgets it; null when it is gone.</summary>
    public UploadedFile? Take(PersonId person) => _held.TryRemove(person, out var held) && held.Until > clock.GetUtcNow() ? held.File : null;

    private sealed record Held(UploadedFile File, DateTimeOffset Until);
}
