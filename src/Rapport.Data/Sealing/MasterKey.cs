using System.Security.Cryptography;
using System.Text;

namespace Rapport.Data;

/// <summary>
/// The 256-bit key everything at rest hangs on. It never leaves this class: what others need is derived from it (HKDF-SHA256, RFC 5869),
/// one key for each use, so that no two uses share one. Thread safe.
/// </summary>
public sealed class MasterKey
{
    private const int Length = 32;
    private readonly byte[] _key;

    private MasterKey(byte[] key) => _key = key;

    /// <summary>A new random key, not yet written anywhere.</summary>
    public static MasterKey New() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Reads a key file: one line, the 32 bytes in base64.</summary>
    /// <exception cref="KeyFileException">The file is missing, unreadable, not a key, or readable by others than its owner.</exception>
    public static MasterKey ReadFile(string path)
    {
        string text;
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
                if ((File.GetUnixFileMode(path) & others) != 0)
                {
                    throw new KeyFileException($"the key file `{path}` can be read by others than its owner: run `chmod 600` on it");
                }
            }

            text = File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException($"the key file `{path}` cannot be read", e);
        }

        var key = new byte[Length];
        if (!Convert.TryFromBase64String(text, key, out var written) || written != Length)
        {
            throw new KeyFileException($"`{path}` is not a key file: it should hold 32 bytes in base64");
        }

        return new MasterKey(key);
    }

    /// <summary>
    /// Writes the key to a new file that only its owner may read; never over an existing one. The file is there whole or not at all, and stays once
    /// <see cref="KeepFile"/> returned.
    /// </summary>
    /// <exception cref="KeyFileException">The file exists or cannot be written.</exception>
    public void WriteNewFile(string path)
    {
        var draft = $"{path}.{Guid.CreateVersion7():N}.new";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(draft, options))
            {
                file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(_key) + "\n"));
                file.Flush(flushToDisk: true);
            }

            FileNames.Claim(draft, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }

            throw new KeyFileException($"the key file `{path}` cannot be written", e);
        }
    }

    /// <summary>Returns once the name of a key file is durable: before that, nothing may be sealed with the key in it.</summary>
    /// <exception cref="KeyFileException">Its folder cannot be flushed.</exception>
    internal static void KeepFile(string path)
    {
        try
        {
            FileNames.FlushFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException($"the folder of the key file `{path}` cannot be flushed to disk", e);
        }
    }

    /// <summary>The 32-byte key for one use. The same use always gives the same key.</summary>
    public byte[] Derive(string use) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, Length, info: Encoding.UTF8.GetBytes("rapport/" + use));
}

/// <summary>The server cannot start with the key file it was given. The message is meant for the operator.</summary>
public sealed class KeyFileException(string message, Exception? inner = null) : Exception(message, inner);
