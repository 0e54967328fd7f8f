"""The script that Streamlit runs; everything is in the frame.

Streamlit puts it in the place of `__main__`, which every new process of `multiprocessing` runs once more, under another
name: the guard stands around the import too, so that workers stay small and start at once.
"""

if __name__ == "__main__":
    from lib.app.frame import main

    main()
