using Rapport.Data;

namespace Rapport.Server.Jobs;

/// <summary>Why a file is not even begun to be read.</summary>
internal enum NoRoom
{
    /// <summary>This person has as many files under way as may be.</summary>
    TooMany,

    /// <summary>This person's files that wait take all the room that one person has.</summary>
    TooMuch,
}

/// <summary>
/// What each person has coming in at this moment on this server, so that many uploads at once cannot get past what one person may have. Thread safe.
/// </summary>
/// <param name="mostFiles">Files of one person.</param>
/// <param name="mostBytes">Bytes of one person's files.</param>
internal sealed class SpoolShares(int mostFiles, long mostBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PatientId, (int Files, long Bytes)> _coming = [];

    /// <summary>Sets room aside for a file until it is disposed: until the file is either noted or gone.</summary>
    /// <param name="patient">Whose.</param>
    /// <param name="files">How many of theirs are noted.</param>
    /// <param name="bytes">How many bytes these have.</param>
    /// <param name="announced">How many bytes are announced; null when nobody said.</param>
    /// <param name="mostOfOne">The most that one file may have.</param>
    public (SpoolShare? Share, NoRoom? Why) Take(PatientId patient, int files, long bytes, long? announced, long mostOfOne)
    {
        lock (_lock)
        {
            var coming = _coming.GetValueOrDefault(patient);
            var left = mostBytes - bytes - coming.Bytes;
            if (files + coming.Files >= mostFiles)
            {
                return (null, NoRoom.TooMany);
            }

            // A file that is too large for everybody is told so when it is read; here only what the others take counts.
            var wanted = Math.Min(announced ?? Math.Min(mostOfOne, left), mostOfOne);
            if (left <= 0 || wanted > left)
            {
                return (null, NoRoom.TooMuch);
            }

            _coming[patient] = (coming.Files + 1, coming.Bytes + wanted);
            return (new SpoolShare(this, patient, wanted), null);
        }
    }

    internal void Return(PatientId patient, long bytes)
    {
        lock (_lock)
        {
            var coming = _coming[patient];
            if (coming.Files == 1)
            {
                _coming.Remove(patient);
            }
            else
            {
                _coming[patient] = (coming.Files - 1, coming.Bytes - bytes);
            }
        }
    }
}

/// <summary>Room for one file that is coming in.</summary>
internal sealed class SpoolShare(SpoolShares shares, PatientId patient, long bytes) : IDisposable
{
    private bool _isReturned;

    /// <summary>The most that the file may have.</summary>
    public long Bytes => bytes;

    public void Dispose()
    {
        if (!_isReturned)
        {
            _isReturned = true;
            shares.Return(patient, bytes);
        }
    }
}
