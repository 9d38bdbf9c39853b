using Rapport.Data;

namespace Rapport.Server.Pages.Gather;

/// <summary>
/// Files that wait for their owner to say that they are about them, so that the file need not be sent twice. In memory only, one for each
/// person, for ten minutes or until they sign out. When one is gone (a restart, another server), the page asks for the file again. Thread safe.
/// </summary>
internal sealed class HeldFiles(TimeProvider clock) : IDisposable
{
    private const int MostHeld = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly Lock _lock = new();
    private readonly Dictionary<PersonId, Held> _held = [];

    /// <summary>Files in memory.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>Keeps a file, instead of the one kept for this person before.</summary>
    public void Hold(PersonId person, UploadedFile file)
    {
        lock (_lock)
        {
            Drop(person);
            if (_held.Count < MostHeld)
            {
                var held = new Held(file, clock.GetUtcNow() + Patience);
                _held[person] = held;
                held.Timer = clock.CreateTimer(_ => DropWhenOver(person, held), null, Patience, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Gives the file back and forgets it; null when it is gone.</summary>
    public UploadedFile? Take(PersonId person)
    {
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(person);
            Drop(person);
            return held is not null && held.Until > clock.GetUtcNow() ? held.File : null;
        }
    }

    /// <summary>Forgets the file of this person, if there is one.</summary>
    public void Drop(PersonId person)
    {
        lock (_lock)
        {
            if (_held.Remove(person, out var held))
            {
                held.Timer?.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var person in _held.Keys.ToList())
            {
                Drop(person);
            }
        }
    }

    private void DropWhenOver(PersonId person, Held held)
    {
        lock (_lock)
        {
            // It may have made room for another one at this very moment.
            if (_held.GetValueOrDefault(person) == held)
            {
                Drop(person);
            }
        }
    }

    private sealed class Held(UploadedFile file, DateTimeOffset until)
    {
        public UploadedFile File => file;

        public DateTimeOffset Until => until;

        public ITimer? Timer { get; set; }
    }
}
