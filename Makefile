# Two commands do all set-up: `make run` opens mrsviewer on the bundled example, `make test` checks everything.
BIN = .venv/bin
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: run test setup format lint types contracts tests bench fuzz example pictures clean

run:
	@sh packaging/setup.sh run
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
		exec $(BIN)/mrsviewer --example; \
	fi; \
	echo "No display: fitting the example without a window; results in example-output/" && \
	$(BIN)/mrsviewer example --out example-output && \
	QT_QPA_PLATFORM=offscreen $(BIN)/mrsviewer --example --picture example-output/window.png && \
	ls example-output

test: setup lint types contracts tests

setup:
	@sh packaging/setup.sh test

format:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

tests:
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n 2 --dist loadfile -p no:benchmark

bench: setup
	@for script in tests/benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

fuzz: setup
	$(BIN)/python tests/fuzz_readers.py --inputs 20000

example: setup
	$(BIN)/python packaging/build_example.py

pictures: setup
	$(BIN)/python packaging/take_pictures.py

clean:
	rm -rf .venv example-output .mypy_cache .ruff_cache .pytest_cache .hypothesis
